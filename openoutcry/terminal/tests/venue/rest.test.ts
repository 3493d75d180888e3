/** The REST client against a real HTTP server on loopback. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parsePrice, type Quantity } from '../../src/decimal/decimal';
import { Rest } from '../../src/venue/rest';

const ORDER = `{"orderId": "ORD-1", "accountId": "ACC-000001", "status": "NEW", "symbol": "AAPL", "side": "BUY",
  "type": "LIMIT", "timeInForce": "DAY", "quantity": 100, "filledQuantity": 0, "leavesQuantity": 100, "price": 150.10,
  "stopPrice": null, "averageFillPrice": null, "version": 4, "createdAt": "2026-11-22T18:14:37.000000001Z",
  "updatedAt": "2026-11-22T18:14:37.000000001Z", "rejectReason": null}`;

let server: Server;
let rest: Rest;
let seen: { method: string; url: string; headers: IncomingMessage['headers']; body: string }[];
let answers: { status: number; body: string }[];
let token: string | null;
let expirations: number;

beforeEach(async () => {
  seen = [];
  answers = [];
  token = 'secret';
  expirations = 0;
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => { body += String(chunk); });
    request.on('end', () => {
      seen.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body });
      const answer = answers.shift() ?? { status: 500, body: '' };
      response.writeHead(answer.status, { 'Content-Type': 'application/json' }).end(answer.body);
    });
  });
  await new Promise<void>((listening) => { server.listen(0, '127.0.0.1', listening); });
  const { port } = server.address() as AddressInfo;
  rest = new Rest(new URL(`http://127.0.0.1:${port}/`), () => token, () => { expirations += 1; });
});

afterEach(() => { server.close(); });

const answer = (status: number, body: string): void => { answers.push({ status, body }); };

test('a log-in is a form and carries no old token', async () => {
  answer(200, '{"access_token": "t", "token_type": "Bearer", "expires_in": 3600}');
  expect(await rest.logIn('alice', 'a&b')).toEqual({ token: 't', expiresIn: 3600 });
  expect(seen[0]).toMatchObject({ method: 'POST', url: '/oauth2/token', body: 'grant_type=password&username=alice&password=a%26b' });
  expect(seen[0]?.headers.authorization).toBeUndefined();
});

test('an order’s prices leave as exact decimals', async () => {
  answer(201, ORDER);
  const order = await rest.placeOrder({
    accountId: 'ACC-000001', clientOrderId: 'C1', symbol: 'AAPL', side: 'BUY', type: 'LIMIT', timeInForce: 'DAY',
    quantity: 100 as Quantity, price: parsePrice('150.1'), stopPrice: null,
  });
  expect(order.price).toBe(150_100_000);
  expect(JSON.parse(seen[0]?.body ?? '')).toEqual({
    accountId: 'ACC-000001', clientOrderId: 'C1', symbol: 'AAPL', side: 'BUY', type: 'LIMIT', timeInForce: 'DAY',
    quantity: 100, price: '150.10',
  });
  expect(seen[0]?.headers.authorization).toBe('Bearer secret');
});

test('a replacement names the version that was seen', async () => {
  answer(201, ORDER);
  answer(412, '{"code": "VERSION_MISMATCH", "detail": "changed meanwhile"}');
  const order = await rest.placeOrder({
    accountId: 'A', clientOrderId: 'C', symbol: 'AAPL', side: 'BUY', type: 'LIMIT', timeInForce: 'DAY',
    quantity: 1 as Quantity, price: parsePrice('1'), stopPrice: null,
  });
  await expect(rest.replaceOrder(order, 50 as Quantity, null)).rejects.toMatchObject({ code: 'VERSION_MISMATCH', status: 412 });
  expect(seen[1]).toMatchObject({ method: 'PATCH', url: '/api/v1/orders/ORD-1', body: '{"quantity":50}' });
  expect(seen[1]?.headers['if-match']).toBe('"4"');
});

test('listings are read to their last page', async () => {
  const listing = (symbol: string): string => `{"symbol": "${symbol}", "name": "N", "status": "OPEN", "tickSize": 0.01, "lotSize": 1}`;
  answer(200, `{"items": [${listing('AAPL')}], "next": "c1"}`);
  answer(200, `{"items": [${listing('MSFT')}], "next": null}`);
  expect((await rest.listings()).map(({ symbol, tickSize }) => [symbol, tickSize])).toEqual([['AAPL', 10_000], ['MSFT', 10_000]]);
  expect(seen.map(({ url }) => url)).toEqual(['/api/v1/symbols', '/api/v1/symbols?cursor=c1']);
});

test('a refusal carries the venue’s code and words', async () => {
  answer(422, '{"code": "INSUFFICIENT_FUNDS", "detail": "needs 5.00", "orderId": "ORD-9"}');
  await expect(rest.cancelOrder('ORD-9')).rejects.toMatchObject({ code: 'INSUFFICIENT_FUNDS', detail: 'needs 5.00' });
});

test('a token that is no longer taken ends the session, a wrong password does not', async () => {
  answer(401, '{"code": "UNAUTHENTICATED", "detail": ""}');
  answer(401, '{"code": "INVALID_GRANT", "detail": ""}');
  await expect(rest.me()).rejects.toMatchObject({ status: 401 });
  await expect(rest.logIn('alice', 'x')).rejects.toMatchObject({ code: 'INVALID_GRANT' });
  expect(expirations).toBe(1);
});

test('an answer that cannot be read is a failure in words', async () => {
  answer(200, '<html>');
  answer(200, '{"items": [{}]}');
  await expect(rest.me()).rejects.toMatchObject({ code: 'UNREADABLE' });
  await expect(rest.listings()).rejects.toMatchObject({ code: 'UNREADABLE' });
});

test('a venue that is gone is unreachable', async () => {
  await new Promise((closed) => { server.close(closed); });
  await expect(rest.me()).rejects.toMatchObject({ code: 'UNREACHABLE', status: 0 });
});

test('a venue that does not introduce itself is no demo', async () => {
  answer(404, '{"code": "NOT_FOUND"}');
  answer(200, '{"name": "X", "demo": true, "demoUsers": [{"username": "alice", "password": "p"}], "version": "0.1.0"}');
  expect(await rest.venue()).toMatchObject({ name: 'Open Outcry', demo: false, demoUsers: [] });
  expect(await rest.venue()).toMatchObject({ name: 'X', demo: true, demoUsers: [{ username: 'alice', password: 'p' }] });
});
