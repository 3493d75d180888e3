import { describe, expect, test } from 'vitest';
import type { Price, Quantity } from '../../src/decimal/decimal';
import { CandleBuilder, CandleSeries, intervalSeconds } from '../../src/market/candles';
import type { Candle } from '../../src/wire/market';

const bar = (time: number, close = 10): Candle => ({
  time, open: 10 as Price, high: Math.max(10, close) as Price, low: Math.min(10, close) as Price, close: close as Price,
  volume: 1 as Quantity,
});
const times = (bars: readonly Candle[]): number[] => bars.map(({ time }) => time);

test('intervals in seconds', () => {
  expect((['1s', '15s', '5m', '1h', '1d'] as const).map(intervalSeconds)).toEqual([1, 15, 300, 3_600, 86_400]);
});

describe('the series', () => {
  test('a snapshot is sorted, and a repeated time keeps its last bar', () => {
    const series = new CandleSeries();
    series.snapshot([bar(120), bar(60), bar(120, 15)]);
    expect(times(series.bars)).toEqual([60, 120]);
    expect(series.newest?.close).toBe(15);
  });

  test('the bar in progress is replaced, the next one appended, neither draws the series anew', () => {
    const series = new CandleSeries();
    series.snapshot([bar(60)]);
    const { revision } = series;
    series.merge(bar(60, 12));
    series.merge(bar(120, 13));
    expect(series.bars).toEqual([bar(60, 12), bar(120, 13)]);
    expect(series.revision).toBe(revision);
  });

  test('a correction of an older bar goes to its place and draws the series anew', () => {
    const series = new CandleSeries();
    series.snapshot([bar(60), bar(120), bar(240)]);
    const { revision } = series;
    series.merge(bar(120, 5));
    series.merge(bar(180, 6));
    expect(times(series.bars)).toEqual([60, 120, 180, 240]);
    expect(series.at(120)?.close).toBe(5);
    expect(series.revision).toBe(revision + 2);
  });

  test('a bar is found by its time alone', () => {
    const series = new CandleSeries();
    series.snapshot([bar(60), bar(120)]);
    expect(series.at(60)?.time).toBe(60);
    expect(series.at(90)).toBeUndefined();
    expect(series.at(600)).toBeUndefined();
  });

  test('the series starts empty and stays bounded', () => {
    const series = new CandleSeries();
    expect(series.newest).toBeUndefined();
    for (let time = 0; time < 20_000; time += 1) series.merge(bar(time));
    expect(series.bars.length).toBeLessThanOrEqual(5_000);
    expect(series.newest?.time).toBe(19_999);
  });
});

describe('the builder', () => {
  const add = (builder: CandleBuilder, ms: number, price: number, quantity = 1): void => (
    builder.add(ms, price as Price, quantity as Quantity)
  );

  test('prices of one interval become one bar with open, high, low, close and volume', () => {
    const builder = new CandleBuilder(15, 10);
    [[0, 10, 5], [4_000, 14, 1], [9_000, 8, 2], [14_999, 11, 3]].forEach(([ms, price, quantity]) => add(builder, ms!, price!, quantity));
    expect(builder.bars).toEqual([{ time: 0, open: 10, high: 14, low: 8, close: 11, volume: 11 }]);
  });

  test('a bar begins on the interval, and an interval without prices has none', () => {
    const builder = new CandleBuilder(15, 10);
    add(builder, 14_999, 10);
    add(builder, 15_000, 11);
    add(builder, 61_000, 12);
    expect(times(builder.bars)).toEqual([0, 15, 60]);
    expect(builder.bars[1]?.open).toBe(11);
  });

  test('a price that comes too late changes nothing', () => {
    const builder = new CandleBuilder(15, 10);
    add(builder, 30_000, 10);
    add(builder, 29_999, 99);
    expect(builder.bars).toHaveLength(1);
    expect(builder.bars[0]?.high).toBe(10);
  });

  test('older bars go before what was built meanwhile, and the bound holds', () => {
    const builder = new CandleBuilder(15, 3);
    add(builder, 60_000, 10);
    builder.prepend([bar(45), bar(30), bar(60, 99), bar(15)]);
    expect(times(builder.bars)).toEqual([30, 45, 60]);
    expect(builder.bars[2]?.close).toBe(10);
    add(builder, 75_000, 10);
    expect(times(builder.bars)).toEqual([45, 60, 75]);
  });
});
