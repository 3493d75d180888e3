/** Positions and accounts at the market's present prices. */
import { add, basisPoints, type Money, NO_MONEY, type Price, subtract, toCents, value } from '../decimal/decimal';
import type { AccountState, Position } from '../wire/trading';

export interface Valuation {
  readonly marketPrice: Price | null;
  readonly marketValue: Money | null;
  /** Rounded to the cent: the average cost that it comes from is itself rounded. */
  readonly unrealised: Money | null;
  /** Unrealised profit against cost, in hundredths of a percent. */
  readonly unrealisedBasisPoints: number | null;
}

/** `last` is the newest price known here; without one the venue's own market price counts. */
export function valuePosition(position: Position, last: Price | null): Valuation {
  const marketPrice = last ?? position.marketPrice;
  const marketValue = marketPrice === null ? null : value(marketPrice, position.quantity);
  const cost = position.averageCost === null ? null : value(position.averageCost, position.quantity);
  const unrealised = marketValue === null || cost === null ? null : toCents(subtract(marketValue, cost));
  return {
    marketPrice,
    marketValue,
    unrealised,
    unrealisedBasisPoints:
      unrealised === null || cost === null ? null : basisPoints(unrealised, cost < 0n ? -cost : cost),
  };
}

/** Cash and all positions; a position without any price counts nothing. */
export function equity(account: AccountState, last: (symbol: string) => Price | null): Money {
  return account.positions.reduce(
    (sum, position) => add(sum, valuePosition(position, last(position.symbol)).marketValue ?? NO_MONEY),
    account.cash.total,
  );
}
