import { expect, test } from 'vitest';
import type { Price, Quantity } from '../../src/decimal/decimal';
import { ExecutionLog, OrderBlotter } from '../../src/market/blotter';
import { parseInstant } from '../../src/wire/instant';
import type { Execution, Order } from '../../src/wire/trading';

const at = (second: number) => parseInstant(new Date(second * 1000).toISOString());

function order(number: number, change: Partial<Order> = {}): Order {
  return {
    orderId: `ORD-${number}`, accountId: 'ACC-000001', status: 'NEW', symbol: 'AAPL', side: 'BUY', type: 'LIMIT',
    timeInForce: 'DAY', quantity: 10 as Quantity, filledQuantity: 0 as Quantity, leavesQuantity: 10 as Quantity,
    price: 1 as Price, stopPrice: null, averageFillPrice: null, createdAt: at(number), updatedAt: at(number), version: 1,
    rejectReason: null, endReason: null, ...change,
  };
}
const ids = (orders: readonly Order[]): string[] => orders.map(({ orderId }) => orderId);

test('newest orders first, working ones by themselves', () => {
  const blotter = new OrderBlotter();
  [order(1), order(3), order(2, { status: 'FILLED' })].forEach((each) => blotter.upsert(each));
  expect(ids(blotter.working())).toEqual(['ORD-3', 'ORD-1']);
  expect(ids(blotter.all())).toEqual(['ORD-3', 'ORD-2', 'ORD-1']);
});

test('an answer that the push overtook does not bring back the past', () => {
  const blotter = new OrderBlotter();
  blotter.upsert(order(1, { status: 'FILLED', version: 3 }));
  blotter.upsert(order(1, { status: 'NEW', version: 1 }));
  blotter.upsert(order(1, { status: 'NEW', version: 3 }));
  expect(blotter.get('ORD-1')?.status).toBe('FILLED');
});

test('a snapshot ends what it does not name and keeps what is done', () => {
  const blotter = new OrderBlotter();
  [order(1), order(2), order(3, { status: 'CANCELLED' })].forEach((each) => blotter.upsert(each));
  blotter.snapshot([order(2, { status: 'PARTIAL', version: 5 })]);
  expect(ids(blotter.working())).toEqual(['ORD-2']);
  expect(ids(blotter.all())).toEqual(['ORD-3', 'ORD-2']);
});

test('done orders are forgotten beyond the bound, working ones never', () => {
  const blotter = new OrderBlotter();
  blotter.upsert(order(0));
  for (let number = 1; number <= 400; number += 1) blotter.upsert(order(number, { status: 'FILLED' }));
  expect(blotter.all()).toHaveLength(301);
  expect(ids(blotter.working())).toEqual(['ORD-0']);
});

test('a fill met twice counts once, both sides of one trade count each', () => {
  const fill = (orderId: string, liquidity: string): Execution => ({
    tradeId: 'TRD-1', orderId, symbol: 'AAPL', side: 'BUY', quantity: 1 as Quantity, price: 1 as Price, liquidity, time: at(1),
  });
  const log = new ExecutionLog();
  log.add([fill('ORD-1', ''), fill('ORD-1', 'MAKER')]);
  log.add([fill('ORD-1', ''), fill('ORD-2', 'TAKER')]);
  expect(log.all().map(({ orderId, liquidity }) => [orderId, liquidity])).toEqual([['ORD-1', 'MAKER'], ['ORD-2', 'TAKER']]);
});
