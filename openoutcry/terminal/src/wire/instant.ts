/** Times from the wire: ISO 8601 in UTC with up to nine decimals. */
export interface Instant {
  /** Milliseconds since 1970. */
  readonly epochMs: number;
  /** The venue's own text, to the nanosecond; it sorts by time. */
  readonly text: string;
}

const ISO = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(?:Z|\+00:00)$/;

export function parseInstant(text: string): Instant {
  const match = ISO.exec(text);
  const seconds = match === null ? NaN : Date.parse(`${match[1]}Z`);
  if (match === null || Number.isNaN(seconds)) throw new Error(`not a UTC time: ${text}`);
  const milliseconds = Number((match[2] ?? '').padEnd(3, '0').slice(0, 3));
  return { epochMs: seconds + milliseconds, text };
}
