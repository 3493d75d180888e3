import { expect, test } from 'vitest';
import { parsePrice, type Price, type Quantity } from '../../src/decimal/decimal';
import { sweep } from '../../src/market/estimate';

const asks = [['150.01', 100], ['150.02', 50], ['151', 1_000]].map(([price, quantity]) => (
  { price: parsePrice(String(price)), quantity: quantity as Quantity, orders: 1 }
));
const any = (): boolean => true;

test('a sweep pays each level its own price', () => {
  expect(sweep(asks, 120 as Quantity, any)).toEqual({ value: 18_001_400_000n, quantity: 120, worst: parsePrice('150.02') });
});

test('a sweep stops at the limit', () => {
  const within = (price: Price): boolean => price <= parsePrice('150.02');
  expect(sweep(asks, 500 as Quantity, within)).toMatchObject({ quantity: 150, worst: parsePrice('150.02') });
});

test('a sweep of an empty side finds nothing', () => {
  expect(sweep([], 10 as Quantity, any)).toEqual({ value: 0n, quantity: 0, worst: null });
});

test('a sweep beyond the book takes what is there', () => {
  expect(sweep(asks, 5_000 as Quantity, any).quantity).toBe(1_150);
});
