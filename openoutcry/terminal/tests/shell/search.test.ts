import { expect, test } from 'vitest';
import type { Price, Quantity } from '../../src/decimal/decimal';
import { matchListings } from '../../src/shell/SymbolSearch';
import type { Listing } from '../../src/wire/market';

const listings: Listing[] = [
  ['AMZN', 'Amazon.com'], ['MA', 'Mastercard'], ['A', 'Agilent'], ['AAPL', 'Apple'], ['META', 'Meta Platforms'],
].map(([symbol, name]) => ({
  symbol: symbol ?? '', name: name ?? '', status: 'OPEN', tickSize: 10_000 as Price, lotSize: 1 as Quantity,
  previousClose: null, last: null,
}));
const found = (typed: string): string[] => matchListings(listings, typed).map(({ symbol }) => symbol);

test('the symbol itself, then its beginning, then any part of symbol or name', () => {
  expect(found('a')).toEqual(['A', 'AMZN', 'AAPL', 'MA', 'META']);
  expect(found('apple')).toEqual(['AAPL']);
  expect(found(' ma ')).toEqual(['MA', 'AMZN']);
});

test('nothing typed lists all, nonsense lists none', () => {
  expect(found('')).toHaveLength(5);
  expect(found('zzz')).toEqual([]);
});
