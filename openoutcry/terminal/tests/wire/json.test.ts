import { expect, test } from 'vitest';
import { parseJson } from '../../src/wire/json';

test('numbers keep the digits that were written', () => {
  expect(parseJson('{"price": 150.50, "deep": [1e2, -0.0001, 12345678901234567.123456]}'))
    .toEqual({ price: '150.50', deep: ['1e2', '-0.0001', '12345678901234567.123456'] });
});

test('digits inside strings and names are left alone', () => {
  const text = '{"a1": "x 12 \\" 3.5 \\\\", "2": "ORD-00012", "t": "2026-11-22T18:14:37.123456789Z", "n": null, "b": true}';
  expect(parseJson(text)).toEqual(JSON.parse(text));
});

test.each(['{', '{"a": 01}', 'nonsense', '', '[1,]'])('%j is refused', (text) => {
  expect(() => parseJson(text)).toThrow(SyntaxError);
});
