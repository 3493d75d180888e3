/** The fields of the order ticket, each with its short cuts. */
import type { Price, Quantity } from '../decimal/decimal';
import { formatPrice, formatQuantity, plainPrice } from '../decimal/format';
import { mayLive, ORDER_TYPES, type OrderType, TIMES_IN_FORCE, type TimeInForce } from '../store/ticket';
import { useTerminal } from '../terminal';
import type { Side } from '../wire/market';
import { useReferencePrice } from './TicketEstimate';

const SIDES: readonly Side[] = ['BUY', 'SELL'];
const LOTS = [10, 100, 1000];

const TYPE_NAMES: Readonly<Record<OrderType, string>> = {
  LIMIT: 'Limit', MARKET: 'Market', STOP: 'Stop', STOP_LIMIT: 'Stop limit',
};

const TIME_NAMES: Readonly<Record<TimeInForce, string>> = {
  DAY: 'Day', GTC: 'Good till cancelled', IOC: 'Immediate or cancel', FOK: 'Fill or kill',
};

export function Sides() {
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

export function TypeAndTime() {
  const { store: { ticket } } = useTerminal();
  const type = ticket.type.value;
  return (
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
  );
}

export function QuantityField() {
  const { store: { ticket, market, trading } } = useTerminal();
  const reference = useReferencePrice();
  const account = trading.account.value;
  const position = account?.positions.find(({ symbol }) => symbol === market.selected.value);
  const most = ticket.side.value === 'SELL'
    ? position?.available ?? 0
    : account === null || reference === null || reference <= 0 ? 0 : Number(account.cash.available / BigInt(reference));
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
  readonly testId: string;
  readonly label: string;
  readonly enabled: boolean;
}

export function PriceField({ field, testId, label, enabled }: PriceFieldProps) {
  const { store: { ticket, market } } = useTerminal();
  const text = ticket[field];
  const id = `ticket-${field}`;
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
