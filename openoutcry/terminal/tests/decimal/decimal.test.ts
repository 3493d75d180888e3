import { describe, expect, test } from 'vitest';
import {
  basisPoints, DecimalError, type Money, parseAveragePrice, parseMoney, parsePrice, parseQuantity, parseScaled, toCents,
  value,
} from '../../src/decimal/decimal';

describe('parsing', () => {
  test.each([
    ['150.50', 150_500_000], ['0.0001', 100], ['150', 150_000_000], ['-0.01', -10_000], ['1E+2', 100_000_000],
    ['1.5e-3', 1_500], ['.5', 500_000], ['5.', 5_000_000], ['150.5000000000', 150_500_000], ['99.995000', 99_995_000],
  ])('%s is %d millionths', (text, millionths) => {
    expect(parsePrice(text)).toBe(millionths);
  });

  test.each(['', '.', '-', 'abc', '1,000', '1.2.3', '0x10', ' 1', '1e', 'NaN', 'Infinity', '1e9999'])(
    '%j is no decimal', (text) => expect(() => parsePrice(text)).toThrow(DecimalError),
  );

  test('money beyond what a float can hold stays exact', () => {
    expect(parseMoney('123456789012.345678')).toBe(123_456_789_012_345_678n);
  });

  test('a digit below the millionth is refused in a price and rounded in an average', () => {
    expect(() => parsePrice('1.0000001')).toThrow(/decimal places/);
    expect(parseAveragePrice('228.3333333333')).toBe(228_333_333);
    expect(parseAveragePrice('228.6666666666')).toBe(228_666_667);
    expect(parseAveragePrice('-0.0000005')).toBe(-1);
  });

  test('a price that does not fit an integer exactly is refused', () => {
    expect(() => parsePrice('99999999999')).toThrow(/too large/);
  });

  test('quantities are whole', () => {
    expect(parseQuantity('10000')).toBe(10_000);
    expect(() => parseQuantity('1.5')).toThrow(DecimalError);
  });
});

test('value is exact for the largest price times the largest quantity', () => {
  expect(value(parsePrice('200000.01'), parseQuantity('4294967295'))).toBe(parseMoney('858993501949672.95'));
});

test('every cent price from zero to a thousand dollars survives the way in', () => {
  for (let cents = 0; cents <= 100_000; cents += 1) {
    const text = `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;
    expect(parseScaled(text, 6)).toBe(BigInt(cents) * 10_000n);
  }
});

test.each([[1n, 3n, 3333], [-1n, 3n, -3333], [1n, 2000n, 5], [-1n, -2000n, 5], [0n, 5n, 0]])(
  '%d of %d is %d basis points', (part, whole, expected) => expect(basisPoints(part, whole)).toBe(expected),
);

test('a share of nothing is unknown', () => {
  expect(basisPoints(1n, 0n)).toBeNull();
});

test('cents round half away from zero', () => {
  const cents = (money: bigint): bigint => toCents(money as Money);
  expect([cents(14_999n), cents(15_000n), cents(-15_000n), cents(-14_999n)]).toEqual([10_000n, 20_000n, -20_000n, -10_000n]);
});
