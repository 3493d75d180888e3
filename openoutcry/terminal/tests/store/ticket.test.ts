import { describe, expect, test } from 'vitest';
import { parsePrice } from '../../src/decimal/decimal';
import { readTypedPrice, readTypedQuantity, Ticket } from '../../src/store/ticket';

describe('typed numbers', () => {
  test.each([['150.5', 150_500_000], [' 1,234.56 ', 1_234_560_000], ['.0001', 100]])('%j is a price', (text, price) => {
    expect(readTypedPrice(text, 'price')).toBe(price);
  });

  test.each([
    ['', /enter a price/i], ['abc', /not a number/], ['1e5', /not a number/], ['-1', /not a number/], ['.', /not a number/],
    ['0', /above zero/], ['1.00001', /4 decimals/], ['99999999999', /too large/],
  ])('%j is refused as a price', (text, reason) => expect(readTypedPrice(text, 'price')).toMatch(reason));

  test('quantities are whole lots', () => {
    expect(readTypedQuantity('1,000', 1)).toBe(1_000);
    expect(readTypedQuantity('250', 100)).toMatch(/multiple of 100/);
    expect(readTypedQuantity('0', 1)).toMatch(/above zero/);
    expect(readTypedQuantity('1.5', 1)).toMatch(/whole number/);
    expect(readTypedQuantity('9'.repeat(30), 1)).toMatch(/whole number/);
  });
});

describe('the ticket', () => {
  test('a market order needs no price', () => {
    const ticket = new Ticket(() => null);
    expect(ticket.draft.value.fault).toEqual({ field: 'price', reason: 'Enter a price' });
    ticket.type.value = 'MARKET';
    expect(ticket.draft.value).toEqual({ quantity: 100, price: null, stopPrice: null, fault: null });
  });

  test('a stop limit needs both prices', () => {
    const ticket = new Ticket(() => null);
    ticket.type.value = 'STOP_LIMIT';
    ticket.price.value = '149';
    expect(ticket.draft.value.fault?.field).toBe('stopPrice');
    ticket.stopPrice.value = '150';
    expect(ticket.draft.value).toMatchObject({ price: 149_000_000, stopPrice: 150_000_000, fault: null });
  });

  test('a stop order cannot be immediate-or-cancel', () => {
    const ticket = new Ticket(() => null);
    ticket.timeInForce.value = 'IOC';
    ticket.chooseType('MARKET');
    expect(ticket.timeInForce.value).toBe('IOC');
    ticket.chooseType('STOP');
    expect(ticket.timeInForce.value).toBe('DAY');
    ticket.timeInForce.value = 'GTC';
    ticket.chooseType('STOP_LIMIT');
    expect(ticket.timeInForce.value).toBe('GTC');
  });

  test('a price from the book makes a market order a limit order and is a stop’s trigger', () => {
    const ticket = new Ticket(() => null);
    ticket.type.value = 'MARKET';
    ticket.takePrice(parsePrice('150.5'));
    expect([ticket.type.value, ticket.price.value]).toEqual(['LIMIT', '150.50']);
    ticket.type.value = 'STOP';
    ticket.takePrice(parsePrice('151'));
    expect([ticket.stopPrice.value, ticket.price.value]).toEqual(['151.00', '150.50']);
  });

  test('arrow keys move a price by ticks, onto the tick, and never to zero', () => {
    const ticket = new Ticket(() => null);
    const tick = parsePrice('0.01');
    const nudged = (text: string, ticks: number): string => {
      ticket.price.value = text;
      ticket.nudge('price', ticks, tick);
      return ticket.price.value;
    };
    expect([nudged('150.5', 1), nudged('150.5', -10), nudged('150.505', 1), nudged('150.505', -1)])
      .toEqual(['150.51', '150.40', '150.51', '150.50']);
    expect([nudged('0.01', -1), nudged('', 1), nudged('abc', 1)]).toEqual(['0.01', '', 'abc']);
  });
});
