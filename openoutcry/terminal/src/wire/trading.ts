/** Orders, fills, accounts and ledger lines as the venue sends them. */
import type { Money, Price, Quantity } from '../decimal/decimal';
import type { Fields } from './fields';
import type { Instant } from './instant';

/** Sides, types and statuses are open lists: the venue may know more of them than this terminal. */
export interface Order {
  readonly orderId: string;
  readonly accountId: string;
  readonly status: string;
  readonly symbol: string;
  readonly side: string;
  readonly type: string;
  readonly timeInForce: string;
  readonly quantity: Quantity;
  readonly filledQuantity: Quantity;
  readonly leavesQuantity: Quantity;
  readonly price: Price | null;
  readonly stopPrice: Price | null;
  readonly averageFillPrice: Price | null;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
  /** Rises with every change; `If-Match` of a replace. */
  readonly version: number;
  readonly rejectReason: string | null;
  /** Why an order ended that was cancelled or expired. */
  readonly endReason: string | null;
}

/** One side of a trade: an account's own. */
export interface Execution {
  readonly tradeId: string;
  readonly orderId: string;
  readonly symbol: string;
  readonly side: string;
  readonly quantity: Quantity;
  readonly price: Price;
  readonly liquidity: string;
  readonly time: Instant;
}

export interface Cash {
  readonly total: Money;
  readonly held: Money;
  readonly available: Money;
  readonly settled: Money | null;
}

export interface Position {
  readonly symbol: string;
  readonly quantity: Quantity;
  readonly held: Quantity;
  readonly available: Quantity;
  readonly averageCost: Price | null;
  readonly marketPrice: Price | null;
  readonly realisedProfit: Money | null;
}

export interface AccountState {
  readonly accountId: string;
  readonly cash: Cash;
  readonly positions: readonly Position[];
}

export interface LedgerLine {
  readonly entryId: string;
  readonly time: Instant;
  readonly counterparty: string;
  /** `USD` or a symbol. */
  readonly asset: string;
  /** Dollars in millionths when the asset is `USD`, else shares in millionths. */
  readonly amount: Money;
  readonly kind: string;
  readonly reference: string;
}

/** The end that needs no explanation: the trader asked for it. */
export const CANCELLED_BY_USER = 'CANCELLED_BY_USER';

const WORKING = new Set(['NEW', 'PARTIAL', 'PENDING_TRIGGER']);

export function isWorking(order: Order): boolean {
  return WORKING.has(order.status);
}

export function readOrder(fields: Fields): Order {
  const quantity = fields.quantity('quantity');
  const filledQuantity = fields.quantity('filledQuantity');
  const createdAt = fields.instant('createdAt');
  return {
    orderId: fields.text('orderId'),
    accountId: fields.optionalText('accountId') ?? '',
    status: fields.text('status'),
    symbol: fields.text('symbol'),
    side: fields.text('side'),
    type: fields.text('type'),
    timeInForce: fields.optionalText('timeInForce') ?? 'DAY',
    quantity,
    filledQuantity,
    leavesQuantity: fields.optionalQuantity('leavesQuantity') ?? ((quantity - filledQuantity) as Quantity),
    price: fields.optionalPrice('price'),
    stopPrice: fields.optionalPrice('stopPrice'),
    averageFillPrice: fields.optionalAveragePrice('averageFillPrice'),
    createdAt,
    updatedAt: fields.optionalInstant('updatedAt') ?? createdAt,
    version: fields.optionalQuantity('version') ?? 0,
    rejectReason: fields.optionalText('rejectReason'),
    endReason: fields.optionalText('endReason'),
  };
}

export function readExecution(fields: Fields): Execution {
  return {
    tradeId: fields.text('tradeId'),
    orderId: fields.text('orderId'),
    symbol: fields.text('symbol'),
    side: fields.text('side'),
    quantity: fields.quantity('quantity'),
    price: fields.price('price'),
    liquidity: fields.optionalText('liquidity') ?? '',
    time: fields.instant('time'),
  };
}

/** A fill inside an order: the symbol and side are the order's. */
export function readFill(fields: Fields, order: Order): Execution {
  return {
    tradeId: fields.optionalText('tradeId') ?? '',
    orderId: order.orderId,
    symbol: order.symbol,
    side: order.side,
    quantity: fields.quantity('quantity'),
    price: fields.price('price'),
    liquidity: fields.optionalText('liquidity') ?? '',
    time: fields.instant('time'),
  };
}

export function readCash(fields: Fields): Cash {
  return {
    total: fields.money('total'),
    held: fields.money('held'),
    available: fields.money('available'),
    settled: fields.optionalMoney('settled'),
  };
}

export function readPosition(fields: Fields): Position {
  const quantity = fields.quantity('quantity');
  return {
    symbol: fields.text('symbol'),
    quantity,
    held: fields.quantity('held'),
    available: fields.quantity('available'),
    averageCost: fields.optionalAveragePrice('averageCost'),
    marketPrice: fields.optionalPrice('marketPrice'),
    realisedProfit: fields.optionalMoney('realisedProfit'),
  };
}

export function readAccountState(fields: Fields): AccountState {
  return {
    accountId: fields.text('accountId'),
    cash: readCash(fields.object('cash')),
    positions: fields.list('positions', readPosition),
  };
}

export function readLedgerLine(fields: Fields): LedgerLine {
  return {
    entryId: fields.text('entryId'),
    time: fields.instant('time'),
    counterparty: fields.optionalText('counterparty') ?? '',
    asset: fields.text('asset'),
    amount: fields.money('amount'),
    kind: fields.text('kind'),
    reference: fields.optionalText('reference') ?? '',
  };
}
