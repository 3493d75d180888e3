/**
 * Prices, money and quantities as scaled integers.
 *
 * Binary floating point never carries an amount: text from the wire becomes an integer count of the unit's smallest
 * part, and becomes text again only to be shown. Prices fit a JavaScript integer (up to 9 billion dollars in
 * millionths); money, being price times quantity, does not and is a bigint.
 */
declare const unit: unique symbol;

/** Millionths of a dollar, per share. */
export type Price = number & { readonly [unit]: 'price' };
/** Millionths of a dollar. */
export type Money = bigint & { readonly [unit]: 'money' };
/** Whole shares. */
export type Quantity = number & { readonly [unit]: 'quantity' };

/** Decimal places of a price and of money. */
export const SCALE = 6;
/** Decimal places an order's price may have: the venue's order prices count 1/10000 dollar. */
export const ORDER_PRICE_PLACES = 4;

export class DecimalError extends Error {
  override readonly name = 'DecimalError';
}

const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/;

/**
 * `text` times 10^`scale`, exactly. Digits beyond the scale are refused unless they are zero, or, with `rounding`,
 * rounded half away from zero (for averages, which have no last digit).
 */
export function parseScaled(text: string, scale: number, rounding = false): bigint {
  const match = DECIMAL.exec(text);
  const whole = match?.[2] ?? '';
  const fraction = match?.[3] ?? '';
  if (match === null || whole + fraction === '') throw new DecimalError(`not a decimal number: ${text}`);
  const shift = scale - fraction.length + Number(match[4] ?? 0);
  let digits = BigInt(whole + fraction);
  if (shift >= 0) {
    digits *= 10n ** BigInt(shift);
  } else {
    const divisor = 10n ** BigInt(-shift);
    const rest = digits % divisor;
    if (rest !== 0n && !rounding) throw new DecimalError(`more than ${scale} decimal places: ${text}`);
    digits = digits / divisor + (rest * 2n >= divisor ? 1n : 0n);
  }
  return match[1] === '-' ? -digits : digits;
}

function safeInteger(value: bigint, text: string): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new DecimalError(`too large: ${text}`);
  return number;
}

export function parsePrice(text: string): Price {
  return safeInteger(parseScaled(text, SCALE), text) as Price;
}

/** An average of prices, rounded half away from zero to a millionth. */
export function parseAveragePrice(text: string): Price {
  return safeInteger(parseScaled(text, SCALE, true), text) as Price;
}

export function parseMoney(text: string): Money {
  return parseScaled(text, SCALE) as Money;
}

export function parseQuantity(text: string): Quantity {
  return safeInteger(parseScaled(text, 0), text) as Quantity;
}

export const NO_MONEY = 0n as Money;

export function value(price: Price, quantity: Quantity): Money {
  return (BigInt(price) * BigInt(quantity)) as Money;
}

export function add(left: Money, right: Money): Money {
  return (left + right) as Money;
}

export function subtract(left: Money, right: Money): Money {
  return (left - right) as Money;
}

const CENT = 10_000n;

/** Rounded to the cent, half away from zero. */
export function toCents(money: Money): Money {
  const half = money < 0n ? -CENT / 2n : CENT / 2n;
  return (((money + half) / CENT) * CENT) as Money;
}

/** `part` / `whole` in hundredths of a percent, rounded half away from zero; null when the whole is zero. */
export function basisPoints(part: bigint, whole: bigint): number | null {
  if (whole === 0n) return null;
  const negative = part < 0n !== whole < 0n;
  const numerator = (part < 0n ? -part : part) * 20_000n;
  const denominator = (whole < 0n ? -whole : whole) * 2n;
  const rounded = Number((numerator + denominator / 2n) / denominator);
  return negative ? -rounded : rounded;
}
