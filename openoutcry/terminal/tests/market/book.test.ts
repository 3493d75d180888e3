import { describe, expect, test } from 'vitest';
import type { Price, Quantity } from '../../src/decimal/decimal';
import { ladder, OrderBook } from '../../src/market/book';
import type { Level } from '../../src/wire/market';

const level = (price: number, quantity: number, orders = 1): Level => (
  { price: price as Price, quantity: quantity as Quantity, orders }
);
const prices = (levels: readonly Level[]): number[] => levels.map(({ price }) => price);

describe('the book', () => {
  test('a snapshot replaces everything, best prices first on both sides', () => {
    const book = new OrderBook();
    book.snapshot([level(1, 1)], [level(9, 1)]);
    book.snapshot([level(98, 10), level(99, 5)], [level(102, 1), level(101, 2)]);
    expect(prices(book.bids)).toEqual([99, 98]);
    expect(prices(book.asks)).toEqual([101, 102]);
  });

  test('an empty snapshot empties the book', () => {
    const book = new OrderBook();
    book.snapshot([level(99, 5)], [level(101, 2)]);
    book.snapshot([], []);
    expect([book.bids, book.asks]).toEqual([[], []]);
  });

  test('a delta replaces the level at its price, and quantity 0 removes it', () => {
    const book = new OrderBook();
    book.snapshot([level(99, 5), level(98, 10)], [level(101, 2)]);
    book.delta([level(99, 7, 2), level(98, 0), level(97, 1)], []);
    expect(book.bids).toEqual([level(99, 7, 2), level(97, 1)]);
    book.delta([], [level(101, 0), level(100, 3)]);
    expect(prices(book.asks)).toEqual([100]);
  });

  test('removing a level that is not there changes nothing', () => {
    const book = new OrderBook();
    book.delta([level(50, 0)], [level(51, 0)]);
    expect([book.bids, book.asks]).toEqual([[], []]);
  });

  test('random deltas end in the book that a plain list would hold', () => {
    let seed = 7;
    const random = (below: number): number => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % below;
    };
    const book = new OrderBook();
    const plain = new Map<number, number>();
    for (let step = 0; step < 5_000; step += 1) {
      const changed = level(100 + random(40), random(4) === 0 ? 0 : 1 + random(500));
      book.delta([changed], []);
      if (changed.quantity === 0) plain.delete(changed.price);
      else plain.set(changed.price, changed.quantity);
    }
    const expected = [...plain].sort(([left], [right]) => right - left);
    expect(book.bids.map(({ price, quantity }) => [price, quantity])).toEqual(expected);
  });
});

test('the ladder adds up from the touch outwards and stops at its rows', () => {
  const rows = ladder([level(99, 5), level(98, 10), level(97, 1), level(96, 8)], 3);
  expect(rows.map(({ cumulative }) => cumulative)).toEqual([5, 15, 16]);
  expect(ladder([], 3)).toEqual([]);
});
