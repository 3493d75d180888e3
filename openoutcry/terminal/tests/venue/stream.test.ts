import { describe, expect, test } from 'vitest';
import { Stream, streamKey, streamKeyOfMessage } from '../../src/venue/stream';

describe('a chain of deltas', () => {
  const live = (sequence: number): Stream => {
    const stream = new Stream({ channel: 'book', symbol: 'AAPL' });
    stream.opened();
    expect(stream.judge('SNAPSHOT', sequence)).toBe('deliver');
    return stream;
  };

  test('consecutive messages are delivered', () => {
    const stream = live(41);
    expect([42, 43, 44].map((sequence) => stream.judge('DELTA', sequence))).toEqual(['deliver', 'deliver', 'deliver']);
  });

  test('a skipped sequence is a gap, and stays one until a snapshot', () => {
    const stream = live(41);
    expect(stream.judge('DELTA', 43)).toBe('gap');
    stream.requested();
    expect(stream.judge('DELTA', 44)).toBe('ignore');
    stream.opened();
    expect(stream.judge('DELTA', 45)).toBe('ignore');
    expect(stream.judge('SNAPSHOT', 7)).toBe('deliver');
    expect(stream.judge('DELTA', 8)).toBe('deliver');
  });

  test('a repeated or older message is ignored', () => {
    const stream = live(41);
    expect([41, 40].map((sequence) => stream.judge('DELTA', sequence))).toEqual(['ignore', 'ignore']);
    expect(stream.judge('DELTA', 42)).toBe('deliver');
  });

  test('nothing counts before the snapshot', () => {
    const stream = new Stream({ channel: 'trades', symbol: 'AAPL' });
    expect(stream.judge('TRADE', 1)).toBe('ignore');
    stream.opened();
    expect(stream.judge('TRADE', 1)).toBe('ignore');
    expect(stream.live).toBe(false);
  });
});

describe('a stream of whole states', () => {
  test('the first after the venue’s confirmation begins it, whatever its number', () => {
    const stream = new Stream({ channel: 'quotes', symbol: 'AAPL' });
    expect(stream.judge('QUOTE', 900)).toBe('ignore');
    stream.opened();
    expect(stream.judge('QUOTE', 1)).toBe('deliver');
    expect(stream.judge('QUOTE', 2)).toBe('deliver');
  });

  test('a skipped state is no loss, an older one is ignored', () => {
    const stream = new Stream({ channel: 'account', accountId: 'ACC-000001' });
    stream.opened();
    expect([5, 9, 7].map((sequence) => stream.judge('ACCOUNT', sequence))).toEqual(['deliver', 'deliver', 'ignore']);
  });
});

test('streams are told apart by symbol, interval and account', () => {
  const candle = { channel: 'candles', event: 'CANDLE', symbol: 'AAPL', interval: '1m', sequence: '3' };
  expect(streamKeyOfMessage(candle)).toBe(streamKey({ channel: 'candles', symbol: 'AAPL', interval: '1m' }));
  expect(streamKeyOfMessage({ ...candle, interval: '5m' })).not.toBe(streamKeyOfMessage(candle));
  expect(streamKeyOfMessage({ channel: 'orders', accountId: 'ACC-000001', symbol: 'AAPL' }))
    .toBe(streamKey({ channel: 'orders', accountId: 'ACC-000001' }));
  expect(streamKeyOfMessage({ channel: 'quotes', symbol: 'AAPL', interval: '1m' }))
    .toBe(streamKey({ channel: 'quotes', symbol: 'AAPL' }));
});
