/** The user's own side: who is logged in, the account, its orders and executions. */
import { signal } from '@preact/signals';
import { ExecutionLog, OrderBlotter } from '../market/blotter';
import type { User } from '../venue/rest';
import type { AccountState } from '../wire/trading';
import { Live } from './live';

export interface Session {
  readonly token: string;
  readonly user: User;
}

export class TradingState {
  readonly session = signal<Session | null>(null);
  /** The account that is shown and traded; null when the user has none. */
  readonly accountId = signal<string | null>(null);
  readonly account = signal<AccountState | null>(null);
  readonly orders = new Live(new OrderBlotter());
  readonly executions = new Live(new ExecutionLog());

  /** Forgets everything of the last account. */
  clear(): void {
    this.account.value = null;
    this.orders.replace(new OrderBlotter());
    this.executions.replace(new ExecutionLog());
  }
}
