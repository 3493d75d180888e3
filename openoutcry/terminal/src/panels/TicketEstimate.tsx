import { type Money, NO_MONEY, type Price, type Quantity, subtract, value } from '../decimal/decimal';
import { formatMoney, formatPrice, formatQuantity } from '../decimal/format';
import { sweep, type Sweep } from '../market/estimate';
import { useTerminal } from '../terminal';

/** The price the draft would most likely be worth per share: its own, else the book's, else the last. */
export function useReferencePrice(): Price | null {
  const { store: { ticket, market } } = useTerminal();
  const { price, stopPrice } = ticket.draft.value;
  const { book } = market.book.get();
  const touch = (ticket.side.value === 'BUY' ? book.asks : book.bids)[0]?.price ?? null;
  return price ?? stopPrice ?? touch ?? market.last(market.selected.value);
}

interface Estimate { readonly amount: Money; readonly hint: string }

/** What the draft would cost or bring, and what of it the book would fill at once. */
function useEstimate(): Estimate | null {
  const { store: { ticket, market } } = useTerminal();
  const { quantity, price, fault } = ticket.draft.value;
  const reference = useReferencePrice();
  if (quantity === null || fault !== null || reference === null) return null;
  const buying = ticket.side.value === 'BUY';
  const type = ticket.type.value;
  const { book } = market.book.get();
  const levels = buying ? book.asks : book.bids;
  if (type === 'STOP' || type === 'STOP_LIMIT') return { amount: value(reference, quantity), hint: 'Waits for the stop price' };
  const within = (level: Price): boolean => price === null || (buying ? level <= price : level >= price);
  const found = sweep(levels, quantity, within);
  if (type === 'MARKET') return { amount: found.value, hint: marketHint(found, quantity) };
  const rest = value(reference, (quantity - found.quantity) as Quantity);
  const amount = buying ? value(reference, quantity) : (found.value + rest) as Money;
  return { amount, hint: limitHint(found, quantity) };
}

function marketHint(found: Sweep, quantity: Quantity): string {
  if (found.worst === null) return 'Nothing to trade with';
  if (found.quantity < quantity) return `Only ${formatQuantity(found.quantity)} in sight, the rest cancelled`;
  return `Sweeps to ${formatPrice(found.worst)}`;
}

function limitHint(found: Sweep, quantity: Quantity): string {
  if (found.quantity === 0) return 'Rests in the book';
  if (found.quantity === quantity) return 'Fills at once as the book stands';
  return `${formatQuantity(found.quantity)} at once, the rest in the book`;
}

export function TicketEstimate() {
  const { store: { ticket, market, trading } } = useTerminal();
  const estimate = useEstimate();
  const account = trading.account.value;
  const { quantity } = ticket.draft.value;
  const buying = ticket.side.value === 'BUY';
  const held = account?.positions.find(({ symbol }) => symbol === market.selected.value)?.available ?? (0 as Quantity);
  const left = account === null || quantity === null ? null
    : buying ? (estimate === null ? null : subtract(account.cash.available, estimate.amount))
      : BigInt(held) - BigInt(quantity);
  const before = account === null ? '–' : buying ? formatMoney(account.cash.available) : formatQuantity(held);
  const after = left === null ? '–' : buying ? formatMoney(left as Money) : formatQuantity(Number(left) as Quantity);
  return (
    <div>
      <dl class="estimate">
        <div>
          <dt>{buying ? 'Estimated cost' : 'Estimated proceeds'}</dt>
          <dd data-testid="ticket-estimate">{formatMoney(estimate?.amount ?? NO_MONEY)}</dd>
        </div>
        <div>
          <dt>{buying ? 'Cash available' : 'Shares available'}</dt>
          <dd data-testid="ticket-available">{before}</dd>
        </div>
        <div>
          <dt>Left after</dt>
          <dd data-testid="ticket-left" class={left !== null && left < 0n ? 'down' : ''}>{after}</dd>
        </div>
      </dl>
      <p class="estimate-hint" data-testid="ticket-hint">{estimate?.hint ?? ' '}</p>
    </div>
  );
}
