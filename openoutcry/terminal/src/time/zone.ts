/** Wall-clock text in UTC or in the exchange's zone, cheap enough for every row of a busy tape. */
export const ZONES = ['UTC', 'ET'] as const;
/** `ET` is the exchange's time, New York. */
export type Zone = (typeof ZONES)[number];

const HOUR_MS = 3_600_000;
const OFFSET = new Intl.DateTimeFormat('en-US', { timeZone: 'America/New_York', timeZoneName: 'longOffset' });

/** The offset changes on a full hour of UTC, so that one hour's answer holds for all of it. */
let cachedHour = NaN;
let cachedOffsetMs = 0;

function newYorkOffsetMs(epochMs: number): number {
  const hour = Math.floor(epochMs / HOUR_MS);
  if (hour !== cachedHour) {
    const name = OFFSET.formatToParts(epochMs).find((part) => part.type === 'timeZoneName')?.value ?? 'GMT';
    const match = /GMT([+-])(\d\d):(\d\d)/.exec(name);
    const minutes = match === null ? 0 : Number(match[2]) * 60 + Number(match[3]);
    cachedHour = hour;
    cachedOffsetMs = (match?.[1] === '-' ? -minutes : minutes) * 60_000;
  }
  return cachedOffsetMs;
}

function iso(epochMs: number, zone: Zone): string {
  return new Date(epochMs + (zone === 'ET' ? newYorkOffsetMs(epochMs) : 0)).toISOString();
}

/** 18:14:37 */
export function clock(epochMs: number, zone: Zone): string {
  return iso(epochMs, zone).slice(11, 19);
}

/** 18:14 */
export function clockMinutes(epochMs: number, zone: Zone): string {
  return iso(epochMs, zone).slice(11, 16);
}

/** 2026-11-22 */
export function date(epochMs: number, zone: Zone): string {
  return iso(epochMs, zone).slice(0, 10);
}

/** 18:14:37 today, 11-22 18:14:37 on other days. */
export function moment(epochMs: number, zone: Zone, nowMs: number): string {
  return date(epochMs, zone) === date(nowMs, zone) ? clock(epochMs, zone) : shortDateTime(epochMs, zone);
}

/** 11-22 18:14:37 */
export function shortDateTime(epochMs: number, zone: Zone): string {
  return iso(epochMs, zone).slice(5, 19).replace('T', ' ');
}
