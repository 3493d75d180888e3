import type { Signal } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import type { Price, Quantity } from '../decimal/decimal';
import { formatPrice, formatQuantity, plainPrice } from '../decimal/format';
import {
  mayLive, ORDER_TYPES, type OrderType, takesPrice, takesStopPrice, TIMES_IN_FORCE, type TimeInForce,
} from '../store/ticket';
import { useTerminal } from '../terminal';
import type { Side } from '../wire/market';
import { sentence } from '../wire/problem';
import type { Order } from '../wire/trading';
import { Panel } from './Panel';
import { TicketEstimate, useReferencePrice } from './TicketEstimate';

const SIDES: readonly Side[] = ['BUY', 'SELL'];
const LOTS = [10, 100, 1000];

const TYPE_NAMES: Readonly<Record<OrderType, string>> = {
  LIMIT: 'Limit', MARKET: 'Market', STOP: 'Stop', STOP_LIMIT: 'Stop limit',
};

const TIME_NAMES: Readonly<Record<TimeInForce, string>> = {
  DAY: 'Day', GTC: 'Good till cancelled', IOC: 'Immediate or cancel', FOK: 'Fill or kill',
};

type Outcome = { readonly kind: 'sent'; readonly order: Order } | { readonly kind: 'failed'; readonly text: string };

export function OrderTicket() {
  const { store: { ticket, market, trading, dialog }, desk } = useTerminal();
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [busy, setBusy] = useState(false);
  const symbol = market.selected.value;
  const side = ticket.side.value;
  const type = ticket.type.value;
  useEffect(() => {
    ticket.price.value = ticket.stopPrice.value = '';
  }, [symbol, ticket]);
  useEffect(() => setOutcome(null), [symbol, trading.accountId.value]);
  useStartingPrice();

  const submit = async (): Promise<void> => {
    const accountId = trading.accountId.value;
    if (trading.session.value === null) { dialog.value = 'login'; return; }
    const { quantity, price, stopPrice, fault } = ticket.draft.value;
    if (accountId === null) { setOutcome({ kind: 'failed', text: 'This user has no account to trade for.' }); return; }
    if (fault !== null || quantity === null) {
      setOutcome({ kind: 'failed', text: `${fault?.reason ?? 'The order is not complete'}.` });
      document.getElementById(`ticket-${fault?.field ?? 'quantity'}`)?.focus();
      return;
    }
    setBusy(true);
    try {
      const timeInForce = ticket.timeInForce.value;
      const order = await desk.place({ accountId, symbol, side, type, timeInForce, quantity, price, stopPrice });
      setOutcome({ kind: 'sent', order });
    } catch (error) {
      setOutcome({ kind: 'failed', text: sentence(error) });
    } finally {
      setBusy(false);
    }
  };

  return (
    <Panel area="ticket" title="Order ticket" aside={<span class="panel-symbol">{symbol}</span>}>
      <form class={`ticket ticket-${side.toLowerCase()}`} noValidate
        onSubmit={(event) => { event.preventDefault(); if (!busy) void submit(); }}>
        <Sides />
        <div class="ticket-pair">
          <label>Type
            <select id="ticket-type" data-testid="ticket-type" value={type}
              onChange={(event) => ticket.chooseType(event.currentTarget.value as OrderType)}>
              {ORDER_TYPES.map((name) => <option key={name} value={name}>{TYPE_NAMES[name]}</option>)}
            </select>
          </label>
          <label>Time in force
            <select id="ticket-tif" data-testid="ticket-tif" value={ticket.timeInForce.value}
              onChange={(event) => { ticket.timeInForce.value = event.currentTarget.value as TimeInForce; }}>
              {TIMES_IN_FORCE.map((name) => (
                <option key={name} value={name} title={TIME_NAMES[name]} disabled={!mayLive(type, name)}>{name}</option>
              ))}
            </select>
          </label>
        </div>
        <QuantityField />
        <PriceField field="stopPrice" id="ticket-stopPrice" testId="ticket-stop-price" label="Stop price"
          text={ticket.stopPrice} enabled={takesStopPrice(type)} />
        <PriceField field="price" id="ticket-price" testId="ticket-price" label={type === 'STOP_LIMIT' ? 'Limit price' : 'Price'}
          text={ticket.price} enabled={takesPrice(type)} />
        <TicketEstimate />
        <SubmitButton busy={busy} />
        <Answer outcome={outcome} />
      </form>
    </Panel>
  );
}

/** An empty limit price starts at the other side's touch, once per symbol and side shown. */
function useStartingPrice(): void {
  const { store: { ticket, market } } = useTerminal();
  const { bid, ask } = market.quotes.cell(market.selected.value).value ?? { bid: null, ask: null };
  const known = (ticket.side.value === 'BUY' ? ask ?? bid : bid ?? ask) ?? market.last(market.selected.value);
  const ready = known !== null;
  useEffect(() => {
    if (known !== null && ticket.price.peek() === '') ticket.price.value = plainPrice(known);
  }, [ready, market.selected.value]);
}

function Sides() {
  const { store: { ticket } } = useTerminal();
  return (
    <div class="sides" role="radiogroup" aria-label="Side">
      {SIDES.map((side) => (
        <button key={side} type="button" role="radio" aria-checked={ticket.side.value === side}
          tabIndex={ticket.side.value === side ? 0 : -1}
          class={`side side-${side.toLowerCase()}`} data-testid={`ticket-side-${side.toLowerCase()}`}
          onClick={() => { ticket.side.value = side; }}
          onKeyDown={(event) => {
            if (!event.key.startsWith('Arrow')) return;
            ticket.side.value = side === 'BUY' ? 'SELL' : 'BUY';
            const other = event.currentTarget.nextElementSibling ?? event.currentTarget.previousElementSibling;
            (other as HTMLElement | null)?.focus();
          }}>{side === 'BUY' ? 'Buy' : 'Sell'}</button>
      ))}
    </div>
  );
}

function QuantityField() {
  const { store: { ticket, market, trading } } = useTerminal();
  const reference = useReferencePrice();
  const account = trading.account.value;
  const position = account?.positions.find(({ symbol }) => symbol === market.selected.value);
  const most = ticket.side.value === 'SELL'
    ? position?.available ?? 0
    : account === null || reference === null ? 0 : Number(account.cash.available / BigInt(reference));
  return (
    <div class="field">
      <div class="field-head">
        <label for="ticket-quantity">Quantity</label>
        <span class="chips">
          {LOTS.map((lot) => (
            <button key={lot} type="button" class="chip" onClick={() => { ticket.quantity.value = String(lot); }}>
              {lot === 1000 ? '1K' : lot}
            </button>
          ))}
          <button type="button" class="chip" disabled={most <= 0} data-testid="ticket-max"
            title={most > 0 ? formatQuantity(most as Quantity) : 'Nothing available'}
            onClick={() => { ticket.quantity.value = String(most); }}>Max</button>
        </span>
      </div>
      <input id="ticket-quantity" data-testid="ticket-quantity" inputMode="numeric" autocomplete="off"
        value={ticket.quantity.value} onInput={(event) => { ticket.quantity.value = event.currentTarget.value; }} />
    </div>
  );
}

interface PriceFieldProps {
  readonly field: 'price' | 'stopPrice';
  readonly id: string;
  readonly testId: string;
  readonly label: string;
  readonly text: Signal<string>;
  readonly enabled: boolean;
}

function PriceField({ field, id, testId, label, text, enabled }: PriceFieldProps) {
  const { store: { ticket, market } } = useTerminal();
  const symbol = market.selected.value;
  const quote = market.quotes.cell(symbol).value;
  const tickSize = market.listing.value?.tickSize ?? (10_000 as Price);
  const chips: readonly (readonly [string, Price | null])[] = field === 'price'
    ? [['Bid', quote?.bid ?? null], ['Ask', quote?.ask ?? null], ['Last', market.last(symbol)]]
    : [['Last', market.last(symbol)]];
  const onKeyDown = (event: KeyboardEvent): void => {
    const ticks = event.key === 'ArrowUp' ? 1 : event.key === 'ArrowDown' ? -1 : 0;
    if (ticks === 0) return;
    ticket.nudge(field, ticks * (event.shiftKey ? 10 : 1), tickSize);
    event.preventDefault();
  };
  return (
    <div class="field">
      <div class="field-head">
        <label for={id}>{label}</label>
        <span class="chips">
          {chips.map(([name, price]) => (
            <button key={name} type="button" class="chip" disabled={!enabled || price === null}
              title={price === null ? 'None' : formatPrice(price)}
              onClick={() => { if (price !== null) text.value = plainPrice(price); }}>{name}</button>
          ))}
        </span>
      </div>
      <input id={id} data-testid={testId} inputMode="decimal" autocomplete="off" disabled={!enabled}
        placeholder={enabled ? '' : field === 'price' ? 'Market' : 'None'}
        value={enabled ? text.value : ''} onKeyDown={onKeyDown}
        onInput={(event) => { text.value = event.currentTarget.value; }} />
    </div>
  );
}

function SubmitButton({ busy }: { busy: boolean }) {
  const { store: { ticket, market, trading } } = useTerminal();
  const { quantity } = ticket.draft.value;
  const loggedIn = trading.session.value !== null;
  const words = ticket.side.value === 'BUY' ? 'Buy' : 'Sell';
  return (
    <button type="submit" class="submit" data-testid="ticket-submit" disabled={busy || market.selected.value === ''}>
      {busy ? 'Sending…' : loggedIn
        ? `${words} ${quantity === null ? '' : formatQuantity(quantity)} ${market.selected.value}`
        : 'Log in to trade'}
    </button>
  );
}

function Answer({ outcome }: { outcome: Outcome | null }) {
  const { store: { trading } } = useTerminal();
  const sent = outcome?.kind === 'sent' ? trading.orders.get().get(outcome.order.orderId) ?? outcome.order : null;
  return (
    <div class="ticket-answer">
      <p role="alert" class="form-error" data-testid="ticket-error">{outcome?.kind === 'failed' ? outcome.text : ''}</p>
      <p role="status" data-testid="ticket-sent">
        {sent !== null && <><b>{sent.orderId}</b> {sent.status.replaceAll('_', ' ').toLowerCase()}</>}
      </p>
    </div>
  );
}

