/** The order ticket: what is typed, and the order or the complaint that it amounts to. */
import { computed, signal } from '@preact/signals';
import {
  DecimalError, ORDER_PRICE_PLACES, parsePrice, parseQuantity, parseScaled, type Price, type Quantity,
} from '../decimal/decimal';
import { formatQuantity, plainPrice } from '../decimal/format';
import type { Listing, Side } from '../wire/market';

export const ORDER_TYPES = ['LIMIT', 'MARKET', 'STOP', 'STOP_LIMIT'] as const;
export type OrderType = (typeof ORDER_TYPES)[number];
export const TIMES_IN_FORCE = ['DAY', 'GTC', 'IOC', 'FOK'] as const;
export type TimeInForce = (typeof TIMES_IN_FORCE)[number];

export function takesPrice(type: OrderType): boolean {
  return type === 'LIMIT' || type === 'STOP_LIMIT';
}

export function takesStopPrice(type: OrderType): boolean {
  return type === 'STOP' || type === 'STOP_LIMIT';
}

/** An order that waits for its stop price cannot be one that trades at once or never. */
export function mayLive(type: OrderType, timeInForce: TimeInForce): boolean {
  return !takesStopPrice(type) || timeInForce === 'DAY' || timeInForce === 'GTC';
}

export type TicketField = 'quantity' | 'price' | 'stopPrice';

export interface Draft {
  readonly quantity: Quantity | null;
  readonly price: Price | null;
  readonly stopPrice: Price | null;
  /** The first field that is missing or wrong, and why; null when the order can be sent. */
  readonly fault: { readonly field: TicketField; readonly reason: string } | null;
}

/** A typed number without the separators that people put in. */
function cleaned(text: string): string {
  return text.replace(/[\s,_]/g, '');
}

/** The price, or why it is none. */
export function readTypedPrice(text: string, what: string): Price | string {
  const plain = cleaned(text);
  if (plain === '') return `Enter a ${what}`;
  if (!/^\d*\.?\d*$/.test(plain) || plain === '.') return `The ${what} is not a number`;
  try {
    parseScaled(plain, ORDER_PRICE_PLACES);
    const price = parsePrice(plain);
    return price > 0 ? price : `The ${what} must be above zero`;
  } catch (error) {
    if (!(error instanceof DecimalError)) throw error;
    return error.message.startsWith('too large')
      ? `The ${what} is too large`
      : `The ${what} has more than ${ORDER_PRICE_PLACES} decimals`;
  }
}

/** The quantity, or why it is none. */
export function readTypedQuantity(text: string, lotSize: number): Quantity | string {
  const plain = cleaned(text);
  if (plain === '') return 'Enter a quantity';
  if (!/^\d{1,15}$/.test(plain)) return 'The quantity must be a whole number of shares';
  const quantity = parseQuantity(plain);
  if (quantity === 0) return 'The quantity must be above zero';
  if (quantity % lotSize !== 0) return `The quantity must be a multiple of ${formatQuantity(lotSize as Quantity)}`;
  return quantity;
}

export class Ticket {
  readonly side = signal<Side>('BUY');
  readonly type = signal<OrderType>('LIMIT');
  readonly timeInForce = signal<TimeInForce>('DAY');
  readonly quantity = signal('100');
  readonly price = signal('');
  readonly stopPrice = signal('');

  readonly draft;

  constructor(listing: () => Listing | null) {
    this.draft = computed<Draft>(() => {
      const quantity = readTypedQuantity(this.quantity.value, listing()?.lotSize ?? 1);
      const price = takesPrice(this.type.value) ? readTypedPrice(this.price.value, 'price') : null;
      const stopPrice = takesStopPrice(this.type.value) ? readTypedPrice(this.stopPrice.value, 'stop price') : null;
      const fault = (field: TicketField, reason: string): Draft['fault'] => ({ field, reason });
      return {
        quantity: typeof quantity === 'string' ? null : quantity,
        price: typeof price === 'string' ? null : price,
        stopPrice: typeof stopPrice === 'string' ? null : stopPrice,
        fault: typeof quantity === 'string' ? fault('quantity', quantity)
          : typeof price === 'string' ? fault('price', price)
            : typeof stopPrice === 'string' ? fault('stopPrice', stopPrice) : null,
      };
    });
  }

  chooseType(type: OrderType): void {
    this.type.value = type;
    if (!mayLive(type, this.timeInForce.value)) this.timeInForce.value = 'DAY';
  }

  /** Puts a price where the order type takes one; a market order becomes a limit order. */
  takePrice(price: Price): void {
    if (this.type.value === 'STOP') {
      this.stopPrice.value = plainPrice(price);
      return;
    }
    if (this.type.value === 'MARKET') this.type.value = 'LIMIT';
    this.price.value = plainPrice(price);
  }

  /** Moves a typed price by whole ticks; an empty field stays empty, a price off the tick goes to the next one. */
  nudge(field: 'price' | 'stopPrice', ticks: number, tickSize: Price): void {
    const price = readTypedPrice(this[field].value, 'price');
    if (typeof price === 'string') return;
    const floor = ticks > 0 ? Math.floor(price / tickSize) : Math.ceil(price / tickSize);
    const moved = (floor + ticks) * tickSize;
    if (moved > 0 && Number.isSafeInteger(moved)) this[field].value = plainPrice(moved as Price);
  }
}
