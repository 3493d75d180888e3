import { expect, test } from 'vitest';
import type { Price, Quantity } from '../../src/decimal/decimal';
import { Tape } from '../../src/market/tape';
import { parseInstant } from '../../src/wire/instant';
import type { Trade } from '../../src/wire/market';

const trade = (number: number): Trade => ({
  tradeId: `T${number}`, price: 1 as Price, quantity: 1 as Quantity, side: 'BUY', time: parseInstant('2026-11-22T18:14:37Z'),
});
const ids = (tape: Tape, count: number): string[] => tape.newest(count).map(({ tradeId }) => tradeId);

test('the newest trade comes first', () => {
  const tape = new Tape();
  tape.snapshot([trade(1), trade(2)]);
  tape.add(trade(3));
  expect(ids(tape, 10)).toEqual(['T3', 'T2', 'T1']);
  expect(ids(tape, 2)).toEqual(['T3', 'T2']);
  expect(ids(tape, 0)).toEqual([]);
});

test('a busy day does not grow the tape', () => {
  const tape = new Tape();
  for (let number = 0; number < 10_000; number += 1) tape.add(trade(number));
  expect(ids(tape, 1_000)).toHaveLength(200);
  expect(ids(tape, 1)).toEqual(['T9999']);
});
