import { useEffect, useRef, useState } from 'preact/hooks';
import type { Price } from '../decimal/decimal';
import { formatAveragePrice, formatPrice, formatQuantity, plainPrice } from '../decimal/format';
import { readTypedPrice, readTypedQuantity } from '../store/ticket';
import { useTerminal } from '../terminal';
import { moment } from '../time/zone';
import { wordsForCode } from '../wire/problem';
import { CANCELLED_BY_USER, isWorking, type Order } from '../wire/trading';
import { sideTone } from './tone';

const MOST_ROWS = 200;

const words = (code: string): string => code.replaceAll('_', ' ').toLowerCase();
const shown = (price: Price | null): string => (price === null ? '–' : formatPrice(price));

export function OpenOrdersTable() {
  const { store: { trading } } = useTerminal();
  const orders = trading.orders.get().working();
  if (orders.length === 0) return <p class="empty">No working orders. A limit order waits here until it trades.</p>;
  return (
    <table class="table" data-testid="orders-table">
      <thead>
        <tr>
          <th>Time</th><th>Symbol</th><th>Side</th><th>Type</th><th class="num">Quantity</th><th class="num">Filled</th>
          <th class="num">Price</th><th class="num">Stop</th><th>TIF</th><th>Status</th><th class="actions"><span class="unseen">Actions</span></th>
        </tr>
      </thead>
      <tbody>
        {orders.slice(0, MOST_ROWS).map((order) => <OpenOrderRow key={order.orderId} order={order} />)}
      </tbody>
      {orders.length > MOST_ROWS && <caption>and {orders.length - MOST_ROWS} older</caption>}
    </table>
  );
}

function OpenOrderRow({ order }: { order: Order }) {
  const { store: { market, notices, zone }, desk } = useTerminal();
  const [editing, setEditing] = useState(false);
  const [leaving, setLeaving] = useState(false);
  const cancel = (): void => {
    setLeaving(true);
    desk.cancel(order.orderId).catch((error: unknown) => { setLeaving(false); notices.failure(error); });
  };
  return (
    <tr data-testid={`order-row-${order.orderId}`} data-status={order.status} title={order.orderId}>
      <td class="dim">{moment(order.createdAt.epochMs, zone.value, Date.now())}</td>
      <td><button type="button" class="symbol-link" onClick={() => market.select(order.symbol)}>{order.symbol}</button></td>
      <td class={sideTone(order.side)}>{words(order.side)}</td>
      <td class="word">{words(order.type)}</td>
      {editing ? <EditCells order={order} close={() => setEditing(false)} /> : (
        <>
          <td class="num">{formatQuantity(order.quantity)}</td>
          <td class="num">{formatQuantity(order.filledQuantity)}</td>
          <td class="num">{shown(order.price)}</td>
        </>
      )}
      <td class="num">{shown(order.stopPrice)}</td>
      <td>{order.timeInForce}</td>
      <td class="word">{words(order.status)}</td>
      <td class="actions">
        <button type="button" class="icon-button" aria-label={`Change order ${order.orderId}`} title="Change"
          data-testid={`order-edit-${order.orderId}`} aria-pressed={editing} onClick={() => setEditing(!editing)}>✎</button>
        <button type="button" class="icon-button danger" aria-label={`Cancel order ${order.orderId}`} title="Cancel"
          data-testid={`order-cancel-${order.orderId}`} disabled={leaving} onClick={cancel}>×</button>
      </td>
    </tr>
  );
}

/** Quantity and price as fields: Enter sends the replacement, Esc leaves the order as it is. */
function EditCells({ order, close }: { order: Order; close: () => void }) {
  const { store: { notices, market }, desk } = useTerminal();
  const [quantityText, setQuantityText] = useState(String(order.quantity));
  const [priceText, setPriceText] = useState(order.price === null ? '' : plainPrice(order.price));
  // The order as it was when the change began: the venue refuses it if the order has changed since.
  const [seen] = useState(order);
  const send = (): void => {
    const quantity = readTypedQuantity(quantityText, market.listings.value.get(order.symbol)?.lotSize ?? 1);
    const price = order.price === null ? null : readTypedPrice(priceText, 'price');
    if (typeof quantity === 'string') return notices.add('error', 'Not changed', quantity);
    if (typeof price === 'string') return notices.add('error', 'Not changed', price);
    desk.replace(seen, quantity, price).then(close, (error: unknown) => { notices.failure(error); close(); });
    return undefined;
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') send();
    else if (event.key === 'Escape') close();
    else return;
    event.preventDefault();
  };
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => { first.current?.select(); }, []);
  return (
    <>
      <td class="num">
        <input ref={first} class="cell-input" aria-label="New quantity" inputMode="numeric" value={quantityText}
          data-testid={`order-quantity-${order.orderId}`} onKeyDown={onKeyDown}
          onInput={(event) => setQuantityText(event.currentTarget.value)} />
      </td>
      <td class="num">{formatQuantity(order.filledQuantity)}</td>
      <td class="num">
        {order.price === null ? '–' : (
          <input class="cell-input" aria-label="New price" inputMode="decimal" value={priceText}
            data-testid={`order-price-${order.orderId}`} onKeyDown={onKeyDown}
            onInput={(event) => setPriceText(event.currentTarget.value)} />
        )}
      </td>
    </>
  );
}

function outcome({ status, rejectReason, endReason }: Order): string {
  return rejectReason ?? (endReason === CANCELLED_BY_USER ? null : endReason) ?? status;
}

export function HistoryTable() {
  const { store: { trading, zone, market } } = useTerminal();
  const orders = trading.orders.get().all().filter((order) => !isWorking(order));
  if (orders.length === 0) return <p class="empty">No finished orders yet.</p>;
  return (
    <table class="table" data-testid="history-table">
      <thead>
        <tr>
          <th>Time</th><th>Symbol</th><th>Side</th><th>Type</th><th class="num">Quantity</th><th class="num">Filled</th>
          <th class="num">Price</th><th class="num">Average</th><th>TIF</th><th>Status</th><th>Order</th>
        </tr>
      </thead>
      <tbody>
        {orders.slice(0, MOST_ROWS).map((order) => (
          <tr key={order.orderId} data-testid={`history-row-${order.orderId}`} data-status={order.status}>
            <td class="dim">{moment(order.createdAt.epochMs, zone.value, Date.now())}</td>
            <td><button type="button" class="symbol-link" onClick={() => market.select(order.symbol)}>{order.symbol}</button></td>
            <td class={sideTone(order.side)}>{words(order.side)}</td>
            <td class="word">{words(order.type)}</td>
            <td class="num">{formatQuantity(order.quantity)}</td>
            <td class="num">{formatQuantity(order.filledQuantity)}</td>
            <td class="num">{shown(order.price ?? order.stopPrice)}</td>
            <td class="num">{order.averageFillPrice === null ? '–' : formatAveragePrice(order.averageFillPrice)}</td>
            <td>{order.timeInForce}</td>
            <td class={`word ${order.status === 'REJECTED' ? 'down' : ''}`}
              title={order.rejectReason === null ? undefined : wordsForCode(order.rejectReason)}>
              {words(outcome(order))}
            </td>
            <td class="dim">{order.orderId}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
