import { expect, test } from 'vitest';
import { parseMoney, parsePrice, type Quantity } from '../../src/decimal/decimal';
import { equity, valuePosition } from '../../src/market/valuation';
import type { Position } from '../../src/wire/trading';

const position = (quantity: number, averageCost: string | null, marketPrice: string | null = null): Position => ({
  symbol: 'AAPL', quantity: quantity as Quantity, held: 0 as Quantity, available: quantity as Quantity,
  averageCost: averageCost === null ? null : parsePrice(averageCost),
  marketPrice: marketPrice === null ? null : parsePrice(marketPrice), realisedProfit: null,
});

test('a long position gains when the price rises', () => {
  expect(valuePosition(position(100, '150'), parsePrice('151.50'))).toMatchObject({
    marketValue: parseMoney('15150'), unrealised: parseMoney('150'), unrealisedBasisPoints: 100,
  });
});

test('a short position loses when the price rises', () => {
  expect(valuePosition(position(-100, '150'), parsePrice('151.50'))).toMatchObject({
    marketValue: parseMoney('-15150'), unrealised: parseMoney('-150'), unrealisedBasisPoints: -100,
  });
});

test('without a price here the venue’s price counts, without any there is no value', () => {
  expect(valuePosition(position(10, '1', '2'), null).marketValue).toBe(parseMoney('20'));
  expect(valuePosition(position(10, '1'), null)).toMatchObject({ marketValue: null, unrealised: null });
  expect(valuePosition(position(10, null, '2'), null)).toMatchObject({ unrealised: null, unrealisedBasisPoints: null });
});

test('equity is cash and every position', () => {
  const cash = { total: parseMoney('1000'), held: parseMoney('0'), available: parseMoney('1000'), settled: null };
  const account = { accountId: 'A', cash, positions: [position(10, '1', '2'), position(-5, '1', '3')] };
  expect(equity(account, () => null)).toBe(parseMoney('1005'));
});
