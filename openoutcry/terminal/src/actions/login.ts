/** Logging in and out. The token lives in the tab's session storage: it outlasts a reload, not the tab. */
import { batch } from '@preact/signals';
import type { Store } from '../store/store';
import type { Rest } from '../venue/rest';

const TOKEN = 'openoutcry.token';
const LONGEST_TIMER_MS = 2 ** 31 - 1;

interface StoredToken { readonly token: string; readonly expiresAtMs: number }

export class Login {
  #token: StoredToken | null = readStored();
  #expiry: ReturnType<typeof setTimeout> | undefined;

  /** `rest` comes late: it asks this object for its token. */
  constructor(private readonly store: Store, private readonly rest: () => Rest) {}

  get token(): string | null {
    return this.#token?.token ?? null;
  }

  /** Takes up a session that a reload left behind, if its token still holds. */
  async restore(): Promise<void> {
    if (this.#token === null) return;
    if (this.#token.expiresAtMs <= Date.now()) return this.#keep(null);
    try {
      await this.#enter();
    } catch (error) {
      console.warn('the session could not be taken up', error);
    }
  }

  /** Throws the venue's refusal. */
  async logIn(username: string, password: string): Promise<void> {
    const { token, expiresIn } = await this.rest().logIn(username, password);
    this.#keep({ token, expiresAtMs: Date.now() + expiresIn * 1000 });
    await this.#enter();
    this.store.dialog.value = null;
  }

  logOut(): void {
    this.#keep(null);
    clearTimeout(this.#expiry);
    batch(() => {
      this.store.trading.session.value = null;
      this.store.trading.accountId.value = null;
    });
  }

  /** The venue no longer takes the token. */
  expire(): void {
    if (this.#token === null) return;
    this.logOut();
    this.store.notices.add('info', 'Your session has ended', 'Log in again to go on trading.');
  }

  async #enter(): Promise<void> {
    const stored = this.#token;
    const user = await this.rest().me();
    if (stored === null || stored !== this.#token) return;
    batch(() => {
      this.store.trading.accountId.value = user.accounts[0] ?? null;
      this.store.trading.session.value = { token: stored.token, user };
    });
    clearTimeout(this.#expiry);
    const leftMs = Math.min(stored.expiresAtMs - Date.now(), LONGEST_TIMER_MS);
    this.#expiry = setTimeout(() => this.expire(), leftMs);
  }

  #keep(token: StoredToken | null): void {
    this.#token = token;
    if (token === null) sessionStorage.removeItem(TOKEN);
    else sessionStorage.setItem(TOKEN, JSON.stringify(token));
  }
}

function readStored(): StoredToken | null {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(TOKEN) ?? 'null');
    if (typeof stored !== 'object' || stored === null) return null;
    const { token, expiresAtMs } = stored as Partial<StoredToken>;
    return typeof token === 'string' && typeof expiresAtMs === 'number' ? { token, expiresAtMs } : null;
  } catch {
    return null;
  }
}
