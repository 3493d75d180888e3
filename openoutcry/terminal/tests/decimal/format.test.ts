import { expect, test } from 'vitest';
import { parseMoney, parsePrice, type Quantity } from '../../src/decimal/decimal';
import {
  formatAveragePrice, formatCompact, formatMoney, formatPercent, formatPrice, formatQuantity, formatSignedMoney, plainPrice,
} from '../../src/decimal/format';

test.each([
  ['150.5', '150.50'], ['150', '150.00'], ['0.0001', '0.0001'], ['99.995', '99.995'], ['1234567.1234', '1,234,567.1234'],
  ['0', '0.00'], ['-0.5', '−0.50'], ['10.000001', '10.000001'],
])('the price %s is shown as %s', (text, shown) => expect(formatPrice(parsePrice(text))).toBe(shown));

test.each([
  ['1000000', '1,000,000.00'], ['984974.9925', '984,974.9925'], ['-12.5', '−12.50'], ['999999999999999.999999', '999,999,999,999,999.999999'],
])('the money %s is shown as %s', (text, shown) => expect(formatMoney(parseMoney(text))).toBe(shown));

test('profit carries its sign, nothing carries none', () => {
  expect(['12.3', '-12.3', '0'].map((text) => formatSignedMoney(parseMoney(text)))).toEqual(['+12.30', '−12.30', '0.00']);
});

test('what goes into a field or to the venue has no grouping and an ASCII sign', () => {
  expect(plainPrice(parsePrice('1234567.1'))).toBe('1234567.10');
  expect(plainPrice(parsePrice('-0.0001'))).toBe('-0.0001');
});

test('averages show four decimals', () => {
  expect(formatAveragePrice(parsePrice('228.427327'))).toBe('228.4273');
  expect(formatAveragePrice(parsePrice('228.42735'))).toBe('228.4274');
  expect(formatAveragePrice(parsePrice('-1.00005'))).toBe('−1.0001');
});

test('percentages', () => {
  expect([123, -5, 0, null].map(formatPercent)).toEqual(['+1.23%', '−0.05%', '0.00%', '–']);
});

test('large quantities are cut, never rounded up', () => {
  const shown = [0, 987, 9_999, 12_399, 123_999, 1_239_999, 99_999_999, 1_999_999_999];
  expect(shown.map((quantity) => formatCompact(quantity as Quantity)))
    .toEqual(['0', '987', '9,999', '12.3K', '123K', '1.23M', '99.9M', '1.99B']);
  expect(formatQuantity(1_234_567 as Quantity)).toBe('1,234,567');
});
