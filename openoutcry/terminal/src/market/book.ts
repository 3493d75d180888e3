/** A symbol's order book as the venue publishes it: one quantity per price and side. */
import type { Price, Quantity } from '../decimal/decimal';
import type { Level } from '../wire/market';

export interface LadderRow {
  readonly price: Price;
  readonly quantity: Quantity;
  readonly orders: number;
  /** Shares at this price and every better one. */
  readonly cumulative: Quantity;
}

export class OrderBook {
  readonly #bids = new Map<Price, Level>();
  readonly #asks = new Map<Price, Level>();
  #sortedBids: readonly Level[] | null = [];
  #sortedAsks: readonly Level[] | null = [];

  /** The whole book, replacing what was there. */
  snapshot(bids: readonly Level[], asks: readonly Level[]): void {
    this.#bids.clear();
    this.#asks.clear();
    this.#sortedBids = this.#sortedAsks = null;
    this.delta(bids, asks);
  }

  /** Each level replaces the one at its price; quantity 0 removes it. */
  delta(bids: readonly Level[], asks: readonly Level[]): void {
    if (bids.length > 0) this.#sortedBids = null;
    if (asks.length > 0) this.#sortedAsks = null;
    for (const level of bids) replace(this.#bids, level);
    for (const level of asks) replace(this.#asks, level);
  }

  /** Best (highest) first. */
  get bids(): readonly Level[] {
    this.#sortedBids ??= [...this.#bids.values()].sort((left, right) => right.price - left.price);
    return this.#sortedBids;
  }

  /** Best (lowest) first. */
  get asks(): readonly Level[] {
    this.#sortedAsks ??= [...this.#asks.values()].sort((left, right) => left.price - right.price);
    return this.#sortedAsks;
  }
}

function replace(side: Map<Price, Level>, level: Level): void {
  if (level.quantity === 0) side.delete(level.price);
  else side.set(level.price, level);
}

/** The best `rows` levels of one side with running totals, best first. */
export function ladder(levels: readonly Level[], rows: number): readonly LadderRow[] {
  let cumulative = 0;
  return levels.slice(0, rows).map((level) => {
    cumulative += level.quantity;
    return { ...level, cumulative: cumulative as Quantity };
  });
}
