/** The account's private streams and lists into the trading state, with a notice for what a trader must not miss. */
import { effect } from '@preact/signals';
import { formatAveragePrice, formatQuantity } from '../decimal/format';
import type { Quantity } from '../decimal/decimal';
import type { Notices } from '../store/notices';
import type { Session, TradingState } from '../store/trading';
import type { Connection } from '../venue/connection';
import type { Rest } from '../venue/rest';
import type { Fields } from '../wire/fields';
import { wordsForCode } from '../wire/problem';
import { CANCELLED_BY_USER, type Order, readAccountState, readFill, readOrder } from '../wire/trading';

export class AccountFeed {
  constructor(
    private readonly connection: Connection,
    private readonly rest: Rest,
    private readonly trading: TradingState,
    private readonly notices: Notices,
  ) {}

  start(): void {
    effect(() => {
      const session = this.trading.session.value;
      const accountId = this.trading.accountId.value;
      this.trading.clear();
      return session === null || accountId === null ? undefined : this.#follow(session, accountId);
    });
  }

  #follow({ token }: Session, accountId: string): () => void {
    const ends = [
      this.connection.subscribe({ channel: 'orders', accountId, token }, (event, message) => {
        if (event === 'SNAPSHOT') this.#snapshot(accountId, message);
        else this.#orderEvent(event, message.object('data'));
      }),
      this.connection.subscribe({ channel: 'account', accountId, token }, (_event, message) => {
        this.trading.account.value = readAccountState(message);
      }),
    ];
    return () => ends.forEach((end) => end());
  }

  /** The working orders are the venue's word; how the others ended is read from the lists. */
  #snapshot(accountId: string, message: Fields): void {
    const working = message.list('orders', readOrder);
    this.trading.orders.change((blotter) => blotter.snapshot(working));
    void this.#loadPast(accountId);
  }

  async #loadPast(accountId: string): Promise<void> {
    try {
      const [orders, executions] = await Promise.all([this.rest.orders(accountId), this.rest.executions(accountId)]);
      if (this.trading.accountId.value !== accountId) return;
      this.trading.orders.change((blotter) => {
        for (const order of orders.items) if (order.accountId === accountId) blotter.upsert(order);
      });
      this.trading.executions.change((log) => log.add(executions.items));
    } catch (error) {
      console.warn('the past orders could not be read', error);
    }
  }

  #orderEvent(event: string, data: Fields): void {
    const order = readOrder(data);
    const fills = data.optionalList('fills', (fill) => readFill(fill, order));
    this.trading.orders.change((blotter) => blotter.upsert(order));
    if (fills.length > 0) this.trading.executions.change((log) => log.add(fills));
    this.#announce(event, order);
  }

  #announce(event: string, order: Order): void {
    const what = `${order.side.replaceAll('_', ' ')} ${formatQuantity(order.quantity)} ${order.symbol}`;
    const { notices } = this;
    if (event === 'FILL') {
      notices.add('fill', fillTitle(order), fillDetail(order), `fill ${order.orderId}`);
    } else if (event === 'REJECTED') {
      notices.add('error', `Rejected: ${what}`, wordsForCode(order.rejectReason ?? 'REJECTED'));
    } else if (event === 'TRIGGERED') {
      notices.add('info', `Stop triggered: ${what}`);
    } else if (event === 'CANCELLED' || event === 'EXPIRED') {
      const left = formatQuantity((order.quantity - order.filledQuantity) as Quantity);
      const reason = order.endReason === null || order.endReason === CANCELLED_BY_USER ? event : order.endReason;
      notices.add('info', `${wordsForCode(reason)}: ${what}`, `${left} not filled`, event);
    }
  }
}

/** What the order has traded so far: an order's fills share one notice. */
function fillTitle({ side, symbol, filledQuantity, averageFillPrice }: Order): string {
  const price = averageFillPrice === null ? '' : ` at ${formatAveragePrice(averageFillPrice)}`;
  return `${side === 'BUY' ? 'Bought' : 'Sold'} ${formatQuantity(filledQuantity)} ${symbol}${price}`;
}

function fillDetail({ orderId, status, leavesQuantity }: Order): string {
  return status === 'FILLED' ? `${orderId} is filled` : `${orderId}: ${formatQuantity(leavesQuantity)} still working`;
}
