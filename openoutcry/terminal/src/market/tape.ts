/** The newest trades of a symbol, newest first, bounded. */
import type { Trade } from '../wire/market';

const MOST_TRADES = 200;

export class Tape {
  /** Oldest first, and up to twice the bound long: dropping from the front at every trade would copy it each time. */
  #trades: Trade[] = [];

  snapshot(trades: readonly Trade[]): void {
    this.#trades = trades.slice(-MOST_TRADES);
  }

  add(trade: Trade): void {
    this.#trades.push(trade);
    if (this.#trades.length > 2 * MOST_TRADES) this.#trades = this.#trades.slice(-MOST_TRADES);
  }

  newest(count: number): readonly Trade[] {
    return count === 0 ? [] : this.#trades.slice(-Math.min(count, MOST_TRADES)).reverse();
  }
}
