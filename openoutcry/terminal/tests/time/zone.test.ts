import { expect, test } from 'vitest';
import { clock, clockMinutes, date, moment } from '../../src/time/zone';

const winter = Date.UTC(2026, 10, 22, 18, 14, 37);
const summer = Date.UTC(2026, 6, 1, 3, 0, 5);

test('exchange time is New York’s, in winter and in summer', () => {
  expect([clock(winter, 'UTC'), clock(winter, 'ET')]).toEqual(['18:14:37', '13:14:37']);
  expect([clock(summer, 'ET'), date(summer, 'ET')]).toEqual(['23:00:05', '2026-06-30']);
});

test('the clock changes at the hour that the law names', () => {
  const before = Date.UTC(2026, 2, 8, 6, 59, 59);
  expect([clockMinutes(before, 'ET'), clockMinutes(before + 1_000, 'ET')]).toEqual(['01:59', '03:00']);
});

test('a moment of another day says which', () => {
  expect(moment(winter, 'UTC', winter + 60_000)).toBe('18:14:37');
  expect(moment(winter, 'UTC', winter + 86_400_000)).toBe('11-22 18:14:37');
});
