/** What the trader does: place, replace, cancel. Every method throws the venue's Refusal. */
import type { Price, Quantity } from '../decimal/decimal';
import type { Store } from '../store/store';
import type { NewOrder, Rest } from '../venue/rest';
import { Refusal } from '../wire/problem';
import type { Order } from '../wire/trading';

/** Also where `crypto.randomUUID` is missing: pages that are not served from a secure origin. */
function newClientOrderId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(10));
  return `T${[...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

export class Desk {
  /** An order whose outcome is unknown: sent again unchanged, it keeps its id and cannot trade twice. */
  #unanswered: { readonly content: string; readonly clientOrderId: string } | null = null;

  constructor(private readonly store: Store, private readonly rest: Rest) {}

  async place(order: Omit<NewOrder, 'clientOrderId'>): Promise<Order> {
    const content = JSON.stringify(order);
    const clientOrderId = this.#unanswered?.content === content ? this.#unanswered.clientOrderId : newClientOrderId();
    this.#unanswered = { content, clientOrderId };
    try {
      const placed = await this.rest.placeOrder({ ...order, clientOrderId });
      this.#unanswered = null;
      this.#take(placed);
      return placed;
    } catch (error) {
      if (error instanceof Refusal && error.status >= 400 && error.status < 500) this.#unanswered = null;
      throw error;
    }
  }

  async replace(order: Order, quantity: Quantity, price: Price | null): Promise<void> {
    this.#take(await this.rest.replaceOrder(order, quantity, price));
  }

  async cancel(orderId: string): Promise<void> {
    await this.rest.cancelOrder(orderId);
  }

  async cancelAll(): Promise<void> {
    const accountId = this.store.trading.accountId.value;
    if (accountId !== null) await this.rest.cancelAllOrders(accountId);
  }

  #take(order: Order): void {
    if (order.accountId !== this.store.trading.accountId.value) return;
    this.store.trading.orders.change((blotter) => blotter.upsert(order));
  }
}
