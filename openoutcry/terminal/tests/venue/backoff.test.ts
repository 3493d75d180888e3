import { expect, test } from 'vitest';
import { Backoff } from '../../src/venue/backoff';

test('waits double up to the bound and start again after a reset', () => {
  const backoff = new Backoff(250, 2_000, () => 0);
  expect([1, 2, 3, 4, 5].map(() => backoff.next())).toEqual([250, 500, 1_000, 2_000, 2_000]);
  backoff.reset();
  expect(backoff.next()).toBe(250);
});

test('clients spread over a quarter of the wait', () => {
  expect(new Backoff(1_000, 2_000, () => 0.999).next()).toBeCloseTo(750.25);
});

test('a thousand failures do not overflow', () => {
  const backoff = new Backoff(250, 10_000, () => 0);
  for (let attempt = 0; attempt < 1_000; attempt += 1) backoff.next();
  expect(backoff.next()).toBe(10_000);
});
