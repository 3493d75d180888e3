/** Public streams into the market state: quotes of what is watched, book, tape and candles of what is selected. */
import { computed, effect } from '@preact/signals';
import type { Quantity } from '../decimal/decimal';
import { OrderBook } from '../market/book';
import { CandleSeries } from '../market/candles';
import { Tape } from '../market/tape';
import { FEW_BARS, type MarketState, SPARK_BARS, SPARK_INTERVAL, SPARK_SECONDS, YOUNG_INTERVAL } from '../store/market';
import type { Connection } from '../venue/connection';
import type { Rest } from '../venue/rest';
import type { Fields } from '../wire/fields';
import { readCandle, readLevel, readQuote, readTrade } from '../wire/market';
import { explain } from '../wire/problem';

const BOOK_DEPTH = 50;
const RETRY_LISTINGS_MS = 2_000;
const NO_SHARES = 0 as Quantity;

export class MarketFeed {
  readonly #quoted = new Map<string, () => void>();
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly connection: Connection,
    private readonly rest: Rest,
    private readonly market: MarketState,
    /** Symbols wanted beside the watch list: the account's positions. */
    private readonly alsoQuoted: () => readonly string[],
  ) {}

  start(): void {
    void this.loadListings();
    const selected = computed(() => (this.market.listing.value === null ? '' : this.market.selected.value));
    effect(() => (selected.value === '' ? undefined : this.#followSymbol(selected.value)));
    effect(() => (selected.value === '' ? undefined : this.#followCandles(selected.value)));
    const quoted = computed(() => [...new Set([...this.market.watched.value, ...this.alsoQuoted()])].sort().join(' '));
    effect(() => this.#followQuotes(quoted.value.split(' ').filter((symbol) => symbol !== '')));
  }

  /** Tries until the venue answers; the first watched symbol is selected if the remembered one is gone. */
  async loadListings(): Promise<void> {
    const { market } = this;
    clearTimeout(this.#retry);
    try {
      const listings = await this.rest.listings();
      market.listings.value = new Map(listings.map((listing) => [listing.symbol, listing]));
      market.failure.value = null;
      if (market.listing.value === null) market.selected.value = market.watched.value[0] ?? '';
    } catch (error) {
      const { title, detail } = explain(error);
      market.failure.value = detail === '' ? title : `${title}: ${detail}`;
      this.#retry = setTimeout(() => void this.loadListings(), RETRY_LISTINGS_MS);
    }
  }

  #followSymbol(symbol: string): () => void {
    const { market, connection } = this;
    market.book.replace({ symbol, book: new OrderBook(), ready: false });
    market.tape.replace({ symbol, tape: new Tape(), ready: false });
    const ends = [
      connection.subscribe({ channel: 'book', symbol, depth: BOOK_DEPTH }, (event, message) => {
        const bids = message.list('bids', readLevel);
        const asks = message.list('asks', readLevel);
        market.book.change((view) => {
          if (event === 'SNAPSHOT') view.book.snapshot(bids, asks);
          else view.book.delta(bids, asks);
          view.ready = true;
        });
      }),
      connection.subscribe({ channel: 'trades', symbol }, (event, message) => {
        if (event === 'SNAPSHOT') {
          const trades = message.list('trades', readTrade);
          market.tape.change((view) => { view.tape.snapshot(trades); view.ready = true; });
        } else {
          const trade = readTrade(message);
          market.tape.change(({ tape }) => tape.add(trade));
        }
      }),
    ];
    return () => ends.forEach((end) => end());
  }

  #followCandles(symbol: string): () => void {
    const { market, connection } = this;
    const interval = market.interval.value;
    market.candles.replace({ symbol, interval, series: new CandleSeries(), ready: false });
    return connection.subscribe({ channel: 'candles', symbol, interval }, (event, message) => {
      if (event === 'SNAPSHOT') {
        const bars = message.list('candles', readCandle);
        market.candles.change((view) => { view.series.snapshot(bars); view.ready = true; });
        if (bars.length < FEW_BARS) market.usualInterval.value = YOUNG_INTERVAL;
      } else {
        const bar = readCandle(message);
        market.candles.change(({ series }) => series.merge(bar));
      }
    });
  }

  #followQuotes(symbols: readonly string[]): void {
    for (const [symbol, end] of this.#quoted) {
      if (symbols.includes(symbol)) continue;
      end();
      this.#quoted.delete(symbol);
    }
    for (const symbol of symbols) {
      if (this.#quoted.has(symbol)) continue;
      const quotes = this.connection.subscribe({ channel: 'quotes', symbol }, (_event, message) => this.#quote(message));
      const status = this.connection.subscribe({ channel: 'status', symbol }, (_event, message) => {
        const reason = message.optionalText('reason') ?? '';
        this.market.statuses.set(symbol, { status: message.text('status'), reason });
      });
      this.#quoted.set(symbol, () => { quotes(); status(); });
      void this.#loadSpark(symbol);
    }
  }

  #quote(message: Fields): void {
    const quote = readQuote(message);
    this.market.quotes.set(quote.symbol, quote);
    const { last } = quote;
    if (last === null) return;
    this.market.spark(quote.symbol).change((spark) => spark.add(Date.now(), last, NO_SHARES));
  }

  /** The little line's past; without it the line only starts later. */
  async #loadSpark(symbol: string): Promise<void> {
    const from = new Date(Date.now() - SPARK_BARS * SPARK_SECONDS * 1000);
    try {
      const { items } = await this.rest.candles(symbol, SPARK_INTERVAL, from);
      this.market.spark(symbol).change((spark) => spark.prepend(items));
    } catch (error) {
      console.warn(`no past prices of ${symbol}`, error);
    }
  }
}
