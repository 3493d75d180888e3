/** Everything public that the terminal shows: listings, quotes, and the selected symbol's book, tape and candles. */
import { computed, signal } from '@preact/signals';
import { OrderBook } from '../market/book';
import { CandleBuilder, CandleSeries, type Interval, INTERVALS } from '../market/candles';
import { Tape } from '../market/tape';
import type { Price } from '../decimal/decimal';
import type { Listing, Quote } from '../wire/market';
import { Cells } from './cells';
import { Live } from './live';
import { recall, remember } from './preferences';

/** The watch list's little lines: closes of 15 seconds over the last 20 minutes. */
export const SPARK_INTERVAL: Interval = '15s';
export const SPARK_SECONDS = 15;
export const SPARK_BARS = 80;

/** With fewer bars than this a chart of minutes says nothing yet. */
export const FEW_BARS = 15;
export const YOUNG_INTERVAL: Interval = '5s';

/** Venues with more listings than this start with the first of them watched; search finds the rest. */
const MOST_WATCHED = 60;

export interface BookView { readonly symbol: string; readonly book: OrderBook; ready: boolean }
export interface TapeView { readonly symbol: string; readonly tape: Tape; ready: boolean }
export interface CandleView {
  readonly symbol: string;
  readonly interval: Interval;
  readonly series: CandleSeries;
  ready: boolean;
}

const asText = (json: unknown): string | null => (typeof json === 'string' ? json : null);
const asTexts = (json: unknown): string[] | null => (
  Array.isArray(json) ? json.filter((item) => typeof item === 'string').slice(0, MOST_WATCHED) : null
);
const asInterval = (json: unknown): Interval | null => INTERVALS.find((interval) => interval === json) ?? null;

export class MarketState {
  readonly listings = signal<ReadonlyMap<string, Listing>>(new Map());
  /** Why the listings are missing, in words; null while all is well. */
  readonly failure = signal<string | null>(null);
  readonly quotes = new Cells<Quote | null>(null);
  /** OPEN or HALTED with the venue's reason, once the status channel has told. */
  readonly statuses = new Cells<{ readonly status: string; readonly reason: string } | null>(null);
  readonly selected = signal(recall('symbol', asText, ''));
  /** The interval the user asked for; null until then. */
  readonly chosenInterval = signal<Interval | null>(recall('interval', asInterval, null));
  /** What is shown while the user has not asked: finer where the venue is too young for minutes. */
  readonly usualInterval = signal<Interval>('1m');
  readonly interval = computed(() => this.chosenInterval.value ?? this.usualInterval.value);
  /** The user's own choice; empty until something was added or removed. */
  readonly chosen = signal<readonly string[]>(recall('watched', asTexts, []));
  readonly book = new Live<BookView>({ symbol: '', book: new OrderBook(), ready: false });
  readonly tape = new Live<TapeView>({ symbol: '', tape: new Tape(), ready: false });
  readonly candles = new Live<CandleView>({ symbol: '', interval: '1m', series: new CandleSeries(), ready: false });
  readonly #sparks = new Map<string, Live<CandleBuilder>>();

  readonly watched = computed<readonly string[]>(() => {
    const listed = this.listings.value;
    const chosen = this.chosen.value.filter((symbol) => listed.has(symbol));
    return chosen.length > 0 ? chosen : [...listed.keys()].slice(0, MOST_WATCHED);
  });

  readonly listing = computed(() => this.listings.value.get(this.selected.value) ?? null);

  constructor() {
    remember('symbol', this.selected);
    remember('interval', this.chosenInterval);
    remember('watched', this.chosen);
  }

  /** Selects a listed symbol and keeps it in the watch list. */
  select(symbol: string): void {
    if (!this.listings.value.has(symbol)) return;
    if (!this.watched.value.includes(symbol)) {
      this.chosen.value = [symbol, ...this.watched.value].slice(0, MOST_WATCHED);
    }
    this.selected.value = symbol;
  }

  /** Moves the selection along the watch list. */
  step(by: number): void {
    const watched = this.watched.value;
    const next = watched[watched.indexOf(this.selected.value) + by];
    if (next !== undefined) this.selected.value = next;
  }

  /** Takes a symbol off the watch list; the last one stays. */
  unwatch(symbol: string): void {
    const rest = this.watched.value.filter((other) => other !== symbol);
    if (rest.length === 0) return;
    if (symbol === this.selected.value) this.step(this.watched.value[0] === symbol ? 1 : -1);
    this.chosen.value = rest;
  }

  /** The last price known, observed: the quote's, else the listing's. */
  last(symbol: string): Price | null {
    return this.quotes.cell(symbol).value?.last ?? this.listings.value.get(symbol)?.last ?? null;
  }

  halted(symbol: string): boolean {
    const status = this.statuses.cell(symbol).value?.status ?? this.listings.value.get(symbol)?.status;
    return status === 'HALTED';
  }

  spark(symbol: string): Live<CandleBuilder> {
    let spark = this.#sparks.get(symbol);
    if (spark === undefined) {
      spark = new Live(new CandleBuilder(SPARK_SECONDS, SPARK_BARS));
      this.#sparks.set(symbol, spark);
    }
    return spark;
  }
}
