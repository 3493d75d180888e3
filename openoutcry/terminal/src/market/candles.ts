/** The bars of one symbol and interval: a snapshot, then the bar in progress again and again. */
import type { Price, Quantity } from '../decimal/decimal';
import type { Candle } from '../wire/market';

export const INTERVALS = ['1s', '5s', '15s', '1m', '5m', '15m', '1h', '1d'] as const;
export type Interval = (typeof INTERVALS)[number];

const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

export function intervalSeconds(interval: Interval): number {
  return Number(interval.slice(0, -1)) * (UNIT_SECONDS[interval.slice(-1)] ?? 1);
}

const MOST_BARS = 5_000;

export class CandleSeries {
  #bars: Candle[] = [];
  #revision = 0;

  /** Oldest first. */
  get bars(): readonly Candle[] {
    return this.#bars;
  }

  /** Rises when bars other than the newest changed: a chart then draws anew instead of appending. */
  get revision(): number {
    return this.#revision;
  }

  get newest(): Candle | undefined {
    return this.#bars.at(-1);
  }

  at(time: number): Candle | undefined {
    const index = this.#indexFrom(time);
    return this.#bars[index]?.time === time ? this.#bars[index] : undefined;
  }

  /** The venue's bars, replacing what was there; repeated times keep the last one. */
  snapshot(bars: readonly Candle[]): void {
    const byTime = new Map(bars.map((bar) => [bar.time, bar]));
    this.#bars = [...byTime.values()].sort((left, right) => left.time - right.time).slice(-MOST_BARS);
    this.#revision += 1;
  }

  /** A bar as it stands now: updates the newest, opens the next, or corrects an older one. */
  merge(bar: Candle): void {
    const newest = this.newest;
    if (newest !== undefined && bar.time === newest.time) {
      this.#bars[this.#bars.length - 1] = bar;
    } else if (newest === undefined || bar.time > newest.time) {
      this.#bars.push(bar);
      if (this.#bars.length > MOST_BARS) this.#trim();
    } else {
      const index = this.#indexFrom(bar.time);
      this.#bars.splice(index, this.#bars[index]?.time === bar.time ? 1 : 0, bar);
      this.#revision += 1;
    }
  }

  /** A tenth at once, so that a full series is not drawn anew with each bar. */
  #trim(): void {
    this.#bars.splice(0, MOST_BARS / 10);
    this.#revision += 1;
  }

  /** Index of the first bar at or after `time`. */
  #indexFrom(time: number): number {
    let low = 0;
    let high = this.#bars.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#bars[middle]?.time ?? Infinity) < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Builds bars from single prices: one per `seconds`, aligned to 1970, with at most `most` kept. */
export class CandleBuilder {
  #bars: Candle[] = [];

  constructor(private readonly seconds: number, private readonly most: number) {}

  get bars(): readonly Candle[] {
    return this.#bars;
  }

  /** Starts from bars of the same interval; what was built meanwhile stays behind them. */
  prepend(bars: readonly Candle[]): void {
    const first = this.#bars[0]?.time ?? Infinity;
    const older = bars.filter((bar) => bar.time < first).sort((left, right) => left.time - right.time);
    this.#bars = [...older, ...this.#bars].slice(-this.most);
  }

  /** A price seen at `epochMs`; one older than the newest bar is too late and changes nothing. */
  add(epochMs: number, price: Price, quantity: Quantity): void {
    const time = Math.floor(epochMs / 1000 / this.seconds) * this.seconds;
    const newest = this.#bars.at(-1);
    if (newest !== undefined && time < newest.time) return;
    if (newest === undefined || time > newest.time) {
      this.#bars.push({ time, open: price, high: price, low: price, close: price, volume: quantity });
      if (this.#bars.length > this.most) this.#bars.shift();
      return;
    }
    this.#bars[this.#bars.length - 1] = {
      ...newest,
      high: Math.max(newest.high, price) as Price,
      low: Math.min(newest.low, price) as Price,
      close: price,
      volume: (newest.volume + quantity) as Quantity,
    };
  }
}
