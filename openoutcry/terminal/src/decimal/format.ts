/** Scaled integers as text for people: exact, grouped by thousands, never through floating point. */
import { SCALE, type Money, type Price, type Quantity } from './decimal';

const MINUS = '−';

/** `scaled` / 10^`scale` with at least `places` decimals, and more where the amount has them. */
export function formatScaled(scaled: bigint, scale: number, places: number, grouped = true): string {
  const digits = (scaled < 0n ? -scaled : scaled).toString().padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  let fraction = digits.slice(digits.length - scale).replace(/0+$/, '');
  fraction = fraction.padEnd(places, '0');
  const head = grouped ? whole.replace(/\B(?=(\d{3})+$)/g, ',') : whole;
  return (scaled < 0n ? MINUS : '') + head + (fraction === '' ? '' : `.${fraction}`);
}

export function formatPrice(price: Price): string {
  return formatScaled(BigInt(price), SCALE, 2);
}

/** An average, rounded half away from zero to the four decimals that an order price can have. */
export function formatAveragePrice(price: Price): string {
  return formatPrice((Math.sign(price) * Math.round(Math.abs(price) / 100) * 100) as Price);
}

/** A price as an input field or the API takes it: no grouping, an ASCII sign. */
export function plainPrice(price: Price): string {
  return formatScaled(BigInt(price), SCALE, 2, false).replace(MINUS, '-');
}

export function formatMoney(money: Money): string {
  return formatScaled(money, SCALE, 2);
}

/** Money with its sign always shown: profit and loss, ledger lines. */
export function formatSignedMoney(money: Money): string {
  return (money > 0n ? '+' : '') + formatMoney(money);
}

export function formatSignedPrice(price: Price): string {
  return (price > 0 ? '+' : '') + formatPrice(price);
}

export function formatQuantity(quantity: Quantity): string {
  return formatScaled(BigInt(quantity), 0, 0);
}

export function formatPercent(basisPoints: number | null): string {
  if (basisPoints === null) return '–';
  return `${basisPoints > 0 ? '+' : ''}${formatScaled(BigInt(basisPoints), 2, 2)}%`;
}

const SUFFIXES: readonly (readonly [number, string])[] = [[1e9, 'B'], [1e6, 'M'], [1e3, 'K']];

/** A quantity in at most five characters, cut (not rounded) to what fits: 987, 12.3K, 4.56M. For depth and volume. */
export function formatCompact(quantity: Quantity): string {
  for (const [size, suffix] of SUFFIXES) {
    if (quantity < size || quantity < 10_000) continue;
    const whole = Math.floor(quantity / size);
    const places = whole >= 100 ? 0 : whole >= 10 ? 1 : 2;
    const fraction = Math.floor(((quantity % size) * 10 ** places) / size);
    return `${whole}${places > 0 ? `.${String(fraction).padStart(places, '0')}` : ''}${suffix}`;
  }
  return formatQuantity(quantity);
}
