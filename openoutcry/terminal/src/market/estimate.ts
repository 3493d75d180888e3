/** What an order would cost or bring, seen from the book at this moment. */
import { add, type Money, NO_MONEY, type Price, type Quantity, value } from '../decimal/decimal';
import type { Level } from '../wire/market';

export interface Sweep {
  /** Value of the shares that the levels offer. */
  readonly value: Money;
  /** Shares found, at most what was asked for. */
  readonly quantity: Quantity;
  /** The last price touched; null when there was nothing. */
  readonly worst: Price | null;
}

/** Takes `quantity` from `levels` (best first), stopping at the first price that is not `within` the limit. */
export function sweep(levels: readonly Level[], quantity: Quantity, within: (price: Price) => boolean): Sweep {
  let left: number = quantity;
  let total = NO_MONEY;
  let worst: Price | null = null;
  for (const level of levels) {
    if (left === 0 || !within(level.price)) break;
    const taken = Math.min(left, level.quantity) as Quantity;
    total = add(total, value(level.price, taken));
    left -= taken;
    worst = level.price;
  }
  return { value: total, quantity: (quantity - left) as Quantity, worst };
}
