/**
 * One stream of the WebSocket: a channel with its symbol, interval or account, and the sequence it has reached.
 *
 * Book, trades, candles and orders are chains: a message means nothing without the one before it, so a gap in
 * `sequence` asks for a new snapshot. Quotes, status and account messages are whole states: the newest is enough.
 */
import type { JsonObject } from '../wire/json';

export type Channel = 'book' | 'trades' | 'candles' | 'orders' | 'quotes' | 'status' | 'account';

export interface StreamName {
  readonly channel: Channel;
  readonly symbol?: string;
  readonly interval?: string;
  readonly depth?: number;
  readonly accountId?: string;
  readonly token?: string;
}

export type Verdict = 'deliver' | 'ignore' | 'gap';

const WHOLE_STATES: ReadonlySet<Channel> = new Set<Channel>(['quotes', 'status', 'account']);

export function streamKey(name: { channel: string; symbol?: string; interval?: string; accountId?: string }): string {
  return [name.channel, name.symbol ?? '', name.interval ?? '', name.accountId ?? ''].join('|');
}

/** The stream a message belongs to: candles are told apart by interval, the private channels by account. */
export function streamKeyOfMessage(message: JsonObject): string {
  const text = (name: string): string => (typeof message[name] === 'string' ? message[name] : '');
  const channel = text('channel');
  if (channel === 'orders' || channel === 'account') return streamKey({ channel, accountId: text('accountId') });
  return streamKey({ channel, symbol: text('symbol'), interval: channel === 'candles' ? text('interval') : '' });
}

export class Stream {
  /** `requested`: messages may still be of an older subscription; `opened`: the next state begins the stream. */
  #phase: 'requested' | 'opened' | 'live' = 'requested';
  #sequence = 0;

  constructor(readonly name: StreamName) {}

  get live(): boolean {
    return this.#phase === 'live';
  }

  /** A subscription was sent: nothing counts until the venue has answered it. */
  requested(): void {
    this.#phase = 'requested';
  }

  /** The venue confirmed the subscription. */
  opened(): void {
    if (this.#phase === 'requested') this.#phase = 'opened';
  }

  judge(event: string, sequence: number): Verdict {
    const startsHere = event === 'SNAPSHOT'
      || (this.#phase === 'opened' && WHOLE_STATES.has(this.name.channel));
    if (startsHere) {
      this.#phase = 'live';
      this.#sequence = sequence;
      return 'deliver';
    }
    if (this.#phase !== 'live' || sequence <= this.#sequence) return 'ignore';
    if (sequence !== this.#sequence + 1 && !WHOLE_STATES.has(this.name.channel)) return 'gap';
    this.#sequence = sequence;
    return 'deliver';
  }
}
