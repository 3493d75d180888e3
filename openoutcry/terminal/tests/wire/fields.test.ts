import { expect, test } from 'vitest';
import { Fields, WireError } from '../../src/wire/fields';
import { parseJson } from '../../src/wire/json';
import { parseInstant } from '../../src/wire/instant';
import { readProblem, wordsForCode } from '../../src/wire/problem';
import { isWorking, readOrder } from '../../src/wire/trading';

const fields = (text: string): Fields => new Fields(parseJson(text));

test('a missing or wrong field is named', () => {
  expect(() => fields('{}').price('bid')).toThrow(new WireError('bid is missing'));
  expect(() => fields('{"bid": "x"}').price('bid')).toThrow(/^bid: not a decimal/);
  expect(() => fields('{"bids": 1}').list('bids', (item) => item)).toThrow(/bids is not a list/);
  expect(() => fields('[]')).toThrow(WireError);
});

test('an empty side is null', () => {
  expect(fields('{"bid": null}').optionalPrice('bid')).toBeNull();
  expect(fields('{}').optionalPrice('bid')).toBeNull();
});

test('times keep their nanoseconds as text and milliseconds as a number', () => {
  const instant = parseInstant('2026-11-22T18:14:37.123456789Z');
  expect(instant.epochMs).toBe(Date.UTC(2026, 10, 22, 18, 14, 37, 123));
  expect(instant.text).toContain('123456789');
  expect(parseInstant('2026-11-22T18:14:37Z').epochMs % 1000).toBe(0);
  expect(parseInstant('2026-11-22T18:14:37.5+00:00').epochMs % 1000).toBe(500);
  expect(() => parseInstant('2026-11-22T18:14:37+01:00')).toThrow();
  expect(() => parseInstant('yesterday')).toThrow();
});

test('an order is read exactly, with prices as numbers or as text', () => {
  const order = readOrder(fields(`{"orderId": "ORD-1", "accountId": "ACC-000001", "status": "PARTIAL", "symbol": "AAPL",
    "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": 100, "filledQuantity": 40, "leavesQuantity": 60,
    "price": "150.50", "stopPrice": null, "averageFillPrice": 150.4333333, "version": 3, "rejectReason": null,
    "createdAt": "2026-11-22T18:14:37.123456789Z", "updatedAt": "2026-11-22T18:14:38.000000000Z"}`));
  expect(order).toMatchObject({ price: 150_500_000, averageFillPrice: 150_433_333, leavesQuantity: 60, version: 3 });
  expect(isWorking(order)).toBe(true);
});

test('a refusal says what the venue said, a broken answer at least its status', () => {
  const refusal = readProblem(parseJson('{"code": "INSUFFICIENT_FUNDS", "detail": "needs 5", "status": 422}'), 422);
  expect(refusal).toMatchObject({ code: 'INSUFFICIENT_FUNDS', status: 422, detail: 'needs 5' });
  expect(wordsForCode(refusal.code)).toBe('Not enough cash available');
  expect(wordsForCode('SOME_NEW_CODE')).toBe('Some new code');
  expect(readProblem(undefined, 502)).toMatchObject({ code: 'HTTP_502', status: 502 });
  expect(readProblem(parseJson('{"error": "invalid_grant", "error_description": "no"}'), 401))
    .toMatchObject({ code: 'INVALID_GRANT', detail: 'no' });
});
