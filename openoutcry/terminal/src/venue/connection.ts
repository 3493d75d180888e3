/**
 * The terminal's one WebSocket: carries every subscription, reconnects with backoff, and asks for a new snapshot
 * wherever a stream shows a gap or a message cannot be read.
 */
import { Fields } from '../wire/fields';
import { isObject, type Json, type JsonObject, parseJson } from '../wire/json';
import { Backoff } from './backoff';
import { type Channel, Stream, streamKey, streamKeyOfMessage, type StreamName } from './stream';

export type LinkPhase = 'connecting' | 'live' | 'waiting';

export interface ConnectionEvents {
  /** `latencyMs` is the last ping's round trip, null until there is one. */
  phase(phase: LinkPhase, latencyMs: number | null): void;
  /** The venue answered a message of ours with an error. */
  refused(code: string, detail: string): void;
}

/** Receives a stream's messages in sequence; `event` is the message's own. May throw on a malformed message. */
export type Listener = (event: string, message: Fields) => void;

/** The part of the browser's WebSocket that is used here. */
export interface Socket {
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: (() => void) | null;
  send(text: string): void;
  close(): void;
}

interface Subscription {
  readonly stream: Stream;
  readonly listener: Listener;
  readonly backoff: Backoff;
  retry: ReturnType<typeof setTimeout> | undefined;
  resyncedAt: number;
}

/** A stream that held this long since its last resync starts again from the shortest wait. */
const SETTLED_MS = 30_000;

export interface Timing {
  readonly pingEveryMs: number;
  readonly silenceMs: number;
  readonly firstRetryMs: number;
  readonly mostRetryMs: number;
}

const TIMING: Timing = { pingEveryMs: 5_000, silenceMs: 12_000, firstRetryMs: 250, mostRetryMs: 10_000 };

export class Connection {
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #backoff: Backoff;
  #toSend = new Map<string, { action: 'subscribe' | 'unsubscribe'; name: StreamName }>();
  #flushing = false;
  #socket: Socket | null = null;
  #open = false;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #heartbeat: ReturnType<typeof setInterval> | undefined;
  /** When the ping that is still unanswered was sent; null when there is none. */
  #pingedAt: number | null = null;

  constructor(
    private readonly openSocket: () => Socket,
    private readonly events: ConnectionEvents,
    private readonly timing: Timing = TIMING,
  ) {
    this.#backoff = new Backoff(timing.firstRetryMs, timing.mostRetryMs);
  }

  /** Opens the socket; called again while waiting, it tries at once. */
  open(): void {
    if (this.#socket !== null) return;
    clearTimeout(this.#retry);
    this.events.phase('connecting', null);
    const socket = this.openSocket();
    this.#socket = socket;
    this.#pingedAt = null;
    socket.onopen = () => this.#opened();
    socket.onmessage = (event) => this.#received(event.data);
    socket.onclose = () => this.#closed();
    this.#heartbeat = setInterval(() => this.#beat(), this.timing.pingEveryMs);
  }

  /** Closes for good. */
  close(): void {
    clearTimeout(this.#retry);
    this.#drop();
  }

  /** One listener a stream: state that several panels show belongs in the store. Returns the way to end it. */
  subscribe(name: StreamName, listener: Listener): () => void {
    const key = streamKey(name);
    if (this.#subscriptions.has(key)) throw new Error(`already subscribed: ${key}`);
    const subscription: Subscription = {
      stream: new Stream(name),
      listener,
      backoff: new Backoff(this.timing.firstRetryMs, this.timing.mostRetryMs),
      retry: undefined,
      resyncedAt: 0,
    };
    this.#subscriptions.set(key, subscription);
    this.#enqueue('subscribe', name);
    return () => {
      if (this.#subscriptions.get(key) !== subscription) return;
      clearTimeout(subscription.retry);
      this.#subscriptions.delete(key);
      this.#enqueue('unsubscribe', name);
    };
  }

  #opened(): void {
    this.#open = true;
    this.events.phase('live', null);
    this.#toSend.clear();
    for (const { stream } of this.#subscriptions.values()) {
      stream.requested();
      this.#enqueue('subscribe', stream.name);
    }
    this.#beat();
  }

  #closed(): void {
    this.#drop();
    this.events.phase('waiting', null);
    this.#retry = setTimeout(() => this.open(), this.#backoff.next());
  }

  #drop(): void {
    clearInterval(this.#heartbeat);
    const socket = this.#socket;
    this.#socket = null;
    this.#open = false;
    for (const { retry } of this.#subscriptions.values()) clearTimeout(retry);
    if (socket === null) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  #beat(): void {
    const now = performance.now();
    if (this.#pingedAt !== null && now - this.#pingedAt > this.timing.silenceMs) {
      this.#closed();
    } else if (this.#open && this.#pingedAt === null) {
      this.#pingedAt = now;
      this.#send({ action: 'ping' });
    }
  }

  /** Requests made in one turn leave as one message per channel, interval, depth and account. */
  #enqueue(action: 'subscribe' | 'unsubscribe', name: StreamName): void {
    const key = streamKey(name);
    const waiting = this.#toSend.get(key);
    // An end and a start of the same stream must reach the venue in that order, and as two messages.
    if (waiting !== undefined && waiting.action !== action) this.#flush();
    this.#toSend.set(key, { action, name });
    if (this.#flushing) return;
    this.#flushing = true;
    queueMicrotask(() => this.#flush());
  }

  #flush(): void {
    this.#flushing = false;
    const waiting = [...this.#toSend.values()];
    this.#toSend.clear();
    // Before the socket is open nothing is sent: once it is, every subscription is.
    if (!this.#open) return;
    const groups = new Map<string, { head: object; symbols: string[] }>();
    for (const { action, name: { symbol, ...rest } } of waiting) {
      const head = action === 'subscribe' ? { action, ...rest, batch: true } : { action, ...rest };
      const key = JSON.stringify(head);
      const group = groups.get(key) ?? { head, symbols: [] };
      if (symbol !== undefined) group.symbols.push(symbol);
      groups.set(key, group);
    }
    for (const { head, symbols } of groups.values()) {
      this.#send(symbols.length > 0 ? { ...head, symbols } : head);
    }
  }

  #send(message: object): void {
    this.#socket?.send(JSON.stringify(message));
  }

  #received(data: unknown): void {
    let json: Json;
    try {
      json = parseJson(String(data));
    } catch (error) {
      console.error('unreadable frame', error);
      return;
    }
    for (const message of Array.isArray(json) ? json : [json]) {
      if (isObject(message)) this.#dispatch(message);
    }
  }

  #dispatch(message: JsonObject): void {
    const event = typeof message['event'] === 'string' ? message['event'] : '';
    if (event === 'PONG') return this.#ponged();
    if (event === 'ERROR') return this.#refused(message);
    if (event === 'SUBSCRIBED') return this.#subscribed(message);
    if (event === 'UNSUBSCRIBED') return undefined;
    const subscription = this.#subscriptions.get(streamKeyOfMessage(message));
    if (subscription === undefined) return undefined;
    try {
      const fields = new Fields(message);
      const verdict = subscription.stream.judge(event, fields.integer('sequence'));
      if (verdict === 'gap') this.#resync(subscription);
      if (verdict !== 'deliver') return undefined;
      subscription.listener(event, fields);
      this.#backoff.reset();
    } catch (error) {
      console.error('unreadable message', error, message);
      this.#resync(subscription);
    }
    return undefined;
  }

  #ponged(): void {
    if (this.#pingedAt === null) return;
    this.events.phase('live', Math.round(performance.now() - this.#pingedAt));
    this.#pingedAt = null;
  }

  #refused(message: JsonObject): void {
    const text = (name: string): string => (typeof message[name] === 'string' ? message[name] : '');
    this.events.refused(text('code') || 'ERROR', text('detail'));
  }

  #subscribed(message: JsonObject): void {
    const symbols = Array.isArray(message['symbols']) ? message['symbols'] : null;
    const matches = (told: Json | undefined, own: string | undefined): boolean =>
      told === undefined || told === null || own === undefined || told === own;
    for (const { stream } of this.#subscriptions.values()) {
      const { channel, symbol, interval, accountId } = stream.name;
      if (channel !== (message['channel'] as Channel)) continue;
      if (symbol !== undefined && symbols !== null && !symbols.includes(symbol)) continue;
      if (matches(message['interval'], interval) && matches(message['accountId'], accountId)) stream.opened();
    }
  }

  #resync(subscription: Subscription): void {
    const { stream, backoff } = subscription;
    if (this.#subscriptions.get(streamKey(stream.name)) !== subscription) return;
    const now = performance.now();
    if (now - subscription.resyncedAt > SETTLED_MS) backoff.reset();
    subscription.resyncedAt = now;
    stream.requested();
    clearTimeout(subscription.retry);
    subscription.retry = setTimeout(() => {
      this.#enqueue('unsubscribe', stream.name);
      this.#enqueue('subscribe', stream.name);
    }, backoff.next());
  }
}
