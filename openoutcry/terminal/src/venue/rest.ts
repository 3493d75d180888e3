/** The terminal's one REST client: typed answers, exact numbers, every failure a Refusal. */
import type { Price, Quantity } from '../decimal/decimal';
import { plainPrice } from '../decimal/format';
import { Fields } from '../wire/fields';
import { type Json, parseJson } from '../wire/json';
import { type Candle, type Listing, readCandle, readListing } from '../wire/market';
import { readProblem, Refusal } from '../wire/problem';
import {
  type Execution, type LedgerLine, type Order, readExecution, readLedgerLine, readOrder,
} from '../wire/trading';

export interface DemoUser { readonly username: string; readonly password: string }

export interface Venue {
  readonly name: string;
  readonly demo: boolean;
  readonly demoUsers: readonly DemoUser[];
  readonly version: string;
}

export interface User {
  readonly username: string;
  readonly role: string;
  readonly accounts: readonly string[];
}

export interface NewOrder {
  readonly accountId: string;
  readonly clientOrderId: string;
  readonly symbol: string;
  readonly side: string;
  readonly type: string;
  readonly timeInForce: string;
  readonly quantity: Quantity;
  readonly price: Price | null;
  readonly stopPrice: Price | null;
}

export interface Page<T> { readonly items: readonly T[]; readonly next: string | null }

const TIMEOUT_MS = 10_000;

interface Request {
  readonly method?: string;
  readonly query?: Readonly<Record<string, string | null>>;
  readonly body?: unknown;
  readonly form?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
}

export class Rest {
  constructor(
    private readonly base: URL,
    private readonly token: () => string | null,
    private readonly expired: () => void,
  ) {}

  /** The venue's name and, in a demo, its users. A venue that does not say is not a demo. */
  async venue(): Promise<Venue> {
    try {
      const fields = await this.#fields('api/v1/venue');
      return {
        name: fields.text('name'),
        demo: fields.flag('demo'),
        demoUsers: fields.optionalList('demoUsers', (user) => (
          { username: user.text('username'), password: user.text('password') }
        )),
        version: fields.optionalText('version') ?? '',
      };
    } catch (error) {
      if (error instanceof Refusal && error.status !== 404) throw error;
      return { name: 'Open Outcry', demo: false, demoUsers: [], version: '' };
    }
  }

  /** An access token and its lifetime in seconds. */
  async logIn(username: string, password: string): Promise<{ token: string; expiresIn: number }> {
    const form = { grant_type: 'password', username, password };
    const fields = await this.#fields('oauth2/token', { method: 'POST', form });
    return { token: fields.text('access_token'), expiresIn: fields.integer('expires_in') };
  }

  async me(): Promise<User> {
    const fields = await this.#fields('api/v1/me');
    return { username: fields.text('username'), role: fields.text('role'), accounts: fields.texts('accounts') };
  }

  /** Every listing, page after page. */
  async listings(): Promise<readonly Listing[]> {
    const all: Listing[] = [];
    let cursor: string | null = null;
    do {
      const page: Page<Listing> = await this.#page('api/v1/symbols', readListing, { cursor });
      all.push(...page.items);
      cursor = page.next;
    } while (cursor !== null);
    return all;
  }

  candles(symbol: string, interval: string, from: Date): Promise<Page<Candle>> {
    const path = `api/v1/candles/${encodeURIComponent(symbol)}`;
    return this.#page(path, readCandle, { interval, from: from.toISOString() });
  }

  orders(accountId: string): Promise<Page<Order>> {
    return this.#page('api/v1/orders', readOrder, { accountId, limit: '100' });
  }

  executions(accountId: string): Promise<Page<Execution>> {
    return this.#page(`api/v1/accounts/${encodeURIComponent(accountId)}/trades`, readExecution, { limit: '100' });
  }

  ledger(accountId: string, cursor: string | null): Promise<Page<LedgerLine>> {
    const path = `api/v1/accounts/${encodeURIComponent(accountId)}/ledger`;
    return this.#page(path, readLedgerLine, { limit: '100', cursor });
  }

  async placeOrder(order: NewOrder): Promise<Order> {
    const { price, stopPrice, ...rest } = order;
    const body = {
      ...rest,
      ...(price === null ? {} : { price: plainPrice(price) }),
      ...(stopPrice === null ? {} : { stopPrice: plainPrice(stopPrice) }),
    };
    return readOrder(await this.#fields('api/v1/orders', { method: 'POST', body }));
  }

  /** Replaces quantity and price if nobody changed the order since `order` was seen; else 412. */
  async replaceOrder(order: Order, quantity: Quantity, price: Price | null): Promise<Order> {
    const body = { quantity, ...(price === null ? {} : { price: plainPrice(price) }) };
    const headers = { 'If-Match': `"${order.version}"` };
    const path = `api/v1/orders/${encodeURIComponent(order.orderId)}`;
    return readOrder(await this.#fields(path, { method: 'PATCH', body, headers }));
  }

  async cancelOrder(orderId: string): Promise<void> {
    await this.#send(`api/v1/orders/${encodeURIComponent(orderId)}`, { method: 'DELETE' });
  }

  async cancelAllOrders(accountId: string): Promise<void> {
    await this.#send('api/v1/orders', { method: 'DELETE', query: { accountId } });
  }

  async #fields(path: string, request: Request = {}): Promise<Fields> {
    try {
      return new Fields(await this.#send(path, request));
    } catch (error) {
      throw error instanceof Refusal ? error : new Refusal('UNREADABLE', 200, String(error));
    }
  }

  async #page<T>(path: string, read: (item: Fields) => T, query: Request['query'] = {}): Promise<Page<T>> {
    const fields = await this.#fields(path, { query });
    try {
      return { items: fields.list('items', read), next: fields.optionalText('next') };
    } catch (error) {
      throw new Refusal('UNREADABLE', 200, String(error));
    }
  }

  async #send(path: string, { method = 'GET', query = {}, body, form, headers = {} }: Request): Promise<Json> {
    const url = new URL(path, this.base);
    for (const [name, content] of Object.entries(query)) if (content !== null) url.searchParams.set(name, content);
    const token = form === undefined ? this.token() : null;
    const response = await this.#fetch(url, {
      method,
      headers: {
        Accept: 'application/json',
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
        ...headers,
      },
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(form === undefined ? {} : { body: new URLSearchParams(form) }),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (response.status === 401 && token !== null && token === this.token()) this.expired();
    return readAnswer(response);
  }

  async #fetch(url: URL, init: RequestInit): Promise<Response> {
    try {
      return await fetch(url, init);
    } catch (error) {
      const late = error instanceof DOMException && error.name === 'TimeoutError';
      throw new Refusal(late ? 'TIMED_OUT' : 'UNREACHABLE', 0, late ? 'Its outcome is not known yet.' : '');
    }
  }
}

async function readAnswer(response: Response): Promise<Json> {
  let json: Json | undefined;
  try {
    const text = await response.text();
    json = text === '' ? null : parseJson(text);
  } catch {
    json = undefined;
  }
  if (!response.ok) throw readProblem(json, response.status);
  if (json === undefined) throw new Refusal('UNREADABLE', response.status, '');
  return json;
}
