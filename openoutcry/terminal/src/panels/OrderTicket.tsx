import { useEffect, useState } from 'preact/hooks';
import { formatQuantity, plainPrice } from '../decimal/format';
import { takesPrice, takesStopPrice } from '../store/ticket';
import { useTerminal } from '../terminal';
import { sentence } from '../wire/problem';
import type { Order } from '../wire/trading';
import { Panel } from './Panel';
import { TicketEstimate } from './TicketEstimate';
import { PriceField, QuantityField, Sides, TypeAndTime } from './TicketFields';

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
    if (accountId === null) return;
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
        <TypeAndTime />
        <QuantityField />
        <PriceField field="stopPrice" testId="ticket-stop-price" label="Stop price" enabled={takesStopPrice(type)} />
        <PriceField field="price" testId="ticket-price" label={type === 'STOP_LIMIT' ? 'Limit price' : 'Price'}
          enabled={takesPrice(type)} />
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

function SubmitButton({ busy }: { busy: boolean }) {
  const { store: { ticket, market, trading } } = useTerminal();
  const { quantity } = ticket.draft.value;
  const loggedIn = trading.session.value !== null;
  const homeless = loggedIn && trading.accountId.value === null;
  const order = [
    ticket.side.value === 'BUY' ? 'Buy' : 'Sell', quantity === null ? '' : formatQuantity(quantity), market.selected.value,
  ].join(' ');
  return (
    <button type="submit" class="submit" data-testid="ticket-submit" disabled={busy || homeless || market.selected.value === ''}>
      {busy ? 'Sending…' : homeless ? 'No trading account' : loggedIn ? order : 'Log in to trade'}
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

