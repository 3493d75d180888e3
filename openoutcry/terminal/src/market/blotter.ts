/** An account's orders and executions as this terminal has seen them, newest first, bounded. */
import { type Execution, isWorking, type Order } from '../wire/trading';

const MOST_DONE = 300;
const MOST_EXECUTIONS = 300;

export class OrderBlotter {
  readonly #orders = new Map<string, Order>();

  get(orderId: string): Order | undefined {
    return this.#orders.get(orderId);
  }

  /** Takes an order unless a newer version of it is known: answers and pushes overtake each other. */
  upsert(order: Order): void {
    const known = this.#orders.get(order.orderId);
    if (known !== undefined && known.version > order.version) return;
    if (known !== undefined && !isWorking(known) && isWorking(order)) return;
    this.#orders.set(order.orderId, order);
    if (!isWorking(order)) this.#forgetOldest();
  }

  /** The venue's working orders: any other that counted as working is done, how is for the history to tell. */
  snapshot(working: readonly Order[]): void {
    for (const order of this.working()) this.#orders.delete(order.orderId);
    for (const order of working) this.#orders.set(order.orderId, order);
  }

  working(): Order[] {
    return this.#newestFirst((order) => isWorking(order));
  }

  /** All orders, working ones too. */
  all(): Order[] {
    return this.#newestFirst(() => true);
  }

  #newestFirst(keep: (order: Order) => boolean): Order[] {
    return [...this.#orders.values()].filter(keep).sort((left, right) => (
      left.createdAt.text === right.createdAt.text
        ? right.orderId.localeCompare(left.orderId)
        : right.createdAt.epochMs - left.createdAt.epochMs
          || right.createdAt.text.localeCompare(left.createdAt.text)
    ));
  }

  #forgetOldest(): void {
    const done = this.#newestFirst((order) => !isWorking(order));
    for (const order of done.slice(MOST_DONE)) this.#orders.delete(order.orderId);
  }
}

export class ExecutionLog {
  readonly #executions = new Map<string, Execution>();

  /** A trade met again changes nothing. One trade may fill both sides for the same account. */
  add(executions: readonly Execution[]): void {
    for (const execution of executions) {
      const key = `${execution.tradeId}|${execution.orderId}`;
      const known = this.#executions.get(key);
      if (known === undefined || known.liquidity === '') this.#executions.set(key, execution);
    }
    for (const execution of this.all().slice(MOST_EXECUTIONS)) {
      this.#executions.delete(`${execution.tradeId}|${execution.orderId}`);
    }
  }

  all(): Execution[] {
    return [...this.#executions.values()].sort((left, right) => right.time.epochMs - left.time.epochMs
      || right.time.text.localeCompare(left.time.text));
  }
}
