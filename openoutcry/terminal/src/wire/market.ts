/** Public market data as the venue sends it, the same over REST and WebSocket. */
import type { Price, Quantity } from '../decimal/decimal';
import type { Fields } from './fields';
import type { Instant } from './instant';

export type Side = 'BUY' | 'SELL';

export interface Listing {
  readonly symbol: string;
  readonly name: string;
  readonly status: string;
  readonly tickSize: Price;
  readonly lotSize: Quantity;
  readonly previousClose: Price | null;
  readonly last: Price | null;
}

export interface Quote {
  readonly symbol: string;
  readonly bid: Price | null;
  readonly bidSize: Quantity | null;
  readonly ask: Price | null;
  readonly askSize: Quantity | null;
  readonly last: Price | null;
  readonly volume: Quantity | null;
  readonly open: Price | null;
  readonly high: Price | null;
  readonly low: Price | null;
  readonly previousClose: Price | null;
}

export interface Level {
  readonly price: Price;
  /** Zero in a delta: the level is gone. */
  readonly quantity: Quantity;
  readonly orders: number;
}

export interface Trade {
  readonly tradeId: string;
  readonly price: Price;
  readonly quantity: Quantity;
  /** The aggressor's side. */
  readonly side: string;
  readonly time: Instant;
}

export interface Candle {
  /** Start of the bar, seconds since 1970. */
  readonly time: number;
  readonly open: Price;
  readonly high: Price;
  readonly low: Price;
  readonly close: Price;
  readonly volume: Quantity;
}

export function readListing(fields: Fields): Listing {
  return {
    symbol: fields.text('symbol'),
    name: fields.optionalText('name') ?? '',
    status: fields.optionalText('status') ?? 'OPEN',
    tickSize: fields.price('tickSize'),
    lotSize: fields.quantity('lotSize'),
    previousClose: fields.optionalPrice('previousClose'),
    last: fields.optionalPrice('last'),
  };
}

export function readQuote(fields: Fields): Quote {
  return {
    symbol: fields.text('symbol'),
    bid: fields.optionalPrice('bid'),
    bidSize: fields.optionalQuantity('bidSize'),
    ask: fields.optionalPrice('ask'),
    askSize: fields.optionalQuantity('askSize'),
    last: fields.optionalPrice('last'),
    volume: fields.optionalQuantity('volume'),
    open: fields.optionalPrice('open'),
    high: fields.optionalPrice('high'),
    low: fields.optionalPrice('low'),
    previousClose: fields.optionalPrice('previousClose'),
  };
}

export function readLevel(fields: Fields): Level {
  return {
    price: fields.price('price'),
    quantity: fields.quantity('quantity'),
    orders: fields.optionalQuantity('orders') ?? 0,
  };
}

export function readTrade(fields: Fields): Trade {
  return {
    tradeId: fields.text('tradeId'),
    price: fields.price('price'),
    quantity: fields.quantity('quantity'),
    side: fields.optionalText('side') ?? '',
    time: fields.instant('time'),
  };
}

export function readCandle(fields: Fields): Candle {
  return {
    time: Math.floor(fields.instant('time').epochMs / 1000),
    open: fields.price('open'),
    high: fields.price('high'),
    low: fields.price('low'),
    close: fields.price('close'),
    volume: fields.quantity('volume'),
  };
}
