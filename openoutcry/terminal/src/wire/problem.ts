/** What the venue refuses, in words: application/problem+json, and the failures that never reached it. */
import { isObject, type Json } from './json';

/** A refused or failed request. `code` is the venue's stable code, or UNREACHABLE, TIMED_OUT, UNREADABLE. */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  constructor(readonly code: string, readonly status: number, readonly detail: string) {
    super(detail);
  }
}

/** Headlines of the codes that a trader meets most; any other code makes its own. */
const WORDS: Readonly<Record<string, string>> = {
  INSUFFICIENT_FUNDS: 'Not enough cash available',
  INSUFFICIENT_SHARES: 'Not enough shares available',
  UNKNOWN_SYMBOL: 'The venue does not list this symbol',
  INVALID_PRICE: 'The price is not valid',
  INVALID_QUANTITY: 'The quantity is not valid',
  INVALID_TIME_IN_FORCE: 'This order type does not take that time in force',
  ORDER_TOO_LARGE: 'The order is above the limit for one order',
  TOO_MANY_ORDERS: 'The account has too many open orders',
  ACCOUNT_SUSPENDED: 'The account is suspended from trading',
  VERSION_MISMATCH: 'The order has changed meanwhile',
  ORDER_ALREADY_DONE: 'The order is done already',
  NOT_REPLACEABLE: 'The order cannot be changed so',
  OFF_TICK: 'The price is not a multiple of the tick size',
  HALTED: 'Trading in this symbol is halted',
  PRICE_COLLAR: 'The price is too far from the market',
  DUPLICATE_CLIENT_ORDER_ID: 'This order was already sent with other content',
  KYC_REQUIRED: 'The account is not yet verified for trading',
  RATE_LIMITED: 'Too many orders: wait a moment',
  NOT_READY: 'The venue is not ready to accept orders',
  UNREACHABLE: 'The venue cannot be reached',
  TIMED_OUT: 'The venue did not answer in time',
  UNREADABLE: 'The venue’s answer could not be read',
};

function titleFromCode(code: string): string {
  const words = code.toLowerCase().replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The headline of a code, for a toast or the first line of an error. */
export function wordsForCode(code: string): string {
  return WORDS[code] ?? titleFromCode(code);
}

/** The codes with which the venue says that a token holds no more. */
const TOKEN_ENDED: ReadonlySet<string> = new Set(['TOKEN_EXPIRED', 'TOKEN_REVOKED', 'INVALID_TOKEN', 'UNAUTHENTICATED']);

export function endsSession(code: string): boolean {
  return TOKEN_ENDED.has(code);
}

/** Any failure in the venue's own words, where it gave some. */
export function sentence(error: unknown): string {
  const { title, detail } = explain(error);
  return detail === '' ? `${title}.` : detail;
}

/** Headline and detail of any failure, for people. */
export function explain(error: unknown): { title: string; detail: string } {
  if (error instanceof Refusal) return { title: wordsForCode(error.code), detail: error.detail };
  return { title: 'Something went wrong', detail: error instanceof Error ? error.message : String(error) };
}

/** The refusal in an answer's body; a body that is not a problem document still names the status. */
export function readProblem(json: Json | undefined, status: number): Refusal {
  if (!isObject(json)) return new Refusal(`HTTP_${status}`, status, '');
  const text = (name: string): string => (typeof json[name] === 'string' ? json[name] : '');
  // OAuth 2 errors (RFC 6749, section 5.2) have names of their own.
  const code = text('code') || text('error').toUpperCase() || `HTTP_${status}`;
  return new Refusal(code, status, text('detail') || text('error_description') || text('title'));
}
