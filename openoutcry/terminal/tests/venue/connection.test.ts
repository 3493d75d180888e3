/** The connection against a real WebSocket server on loopback. */
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { Connection, type LinkPhase, type Socket } from '../../src/venue/connection';

interface Request { action: string; channel?: string; symbols?: string[]; interval?: string; token?: string; batch?: boolean }

const TIMING = { pingEveryMs: 20, silenceMs: 100, firstRetryMs: 5, mostRetryMs: 20 };

let server: WebSocketServer;
let requests: Request[];
let clients: WebSocket[];
let phases: LinkPhase[];
let refusals: string[];
let connection: Connection;
let answerPings: boolean;

beforeEach(async () => {
  requests = [];
  clients = [];
  phases = [];
  refusals = [];
  answerPings = true;
  server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await new Promise((listening) => server.once('listening', listening));
  server.on('connection', (client) => {
    clients.push(client);
    client.on('message', (data) => {
      const request = JSON.parse(String(data)) as Request;
      if (request.action !== 'ping') requests.push(request);
      else if (answerPings) client.send('{"event":"PONG"}');
    });
  });
  const { port } = server.address() as AddressInfo;
  connection = new Connection(() => new WebSocket(`ws://127.0.0.1:${port}`) as unknown as Socket, {
    phase: (phase) => { if (phases.at(-1) !== phase) phases.push(phase); },
    refused: (code) => refusals.push(code),
  }, TIMING);
});

afterEach(() => {
  connection.close();
  for (const client of clients) client.terminate();
  server.close();
  vi.restoreAllMocks();
});

const send = (message: object): void => clients.at(-1)?.send(JSON.stringify(message));
const confirm = (channel: string, symbols: string[]): void => send({ channel, event: 'SUBSCRIBED', symbols });
const book = (event: string, sequence: number): object => ({ channel: 'book', event, symbol: 'AAPL', sequence, bids: [], asks: [] });
const live = (): Promise<void> => vi.waitFor(() => expect(phases).toContain('live'));
const sent = (action: string): Request[] => requests.filter((request) => request.action === action);

function follow(symbol = 'AAPL'): string[] {
  const heard: string[] = [];
  connection.subscribe({ channel: 'book', symbol, depth: 50 }, (event, message) => heard.push(`${event} ${message.integer('sequence')}`));
  return heard;
}

test('subscriptions of one turn leave as one message per channel', async () => {
  connection.open();
  await live();
  for (const symbol of ['AAPL', 'MSFT', 'SPY']) connection.subscribe({ channel: 'quotes', symbol }, () => undefined);
  connection.subscribe({ channel: 'candles', symbol: 'AAPL', interval: '1m' }, () => undefined);
  await vi.waitFor(() => expect(requests).toHaveLength(2));
  expect(requests[0]).toEqual({ action: 'subscribe', channel: 'quotes', batch: true, symbols: ['AAPL', 'MSFT', 'SPY'] });
  expect(requests[1]).toEqual({ action: 'subscribe', channel: 'candles', interval: '1m', batch: true, symbols: ['AAPL'] });
});

test('what was subscribed before the socket opened is sent once it is open', async () => {
  const heard = follow();
  connection.open();
  await vi.waitFor(() => expect(sent('subscribe')).toHaveLength(1));
  confirm('book', ['AAPL']);
  send(book('SNAPSHOT', 1));
  await vi.waitFor(() => expect(heard).toEqual(['SNAPSHOT 1']));
});

test('messages may come alone or many in a frame', async () => {
  const heard = follow();
  connection.open();
  await vi.waitFor(() => expect(requests).toHaveLength(1));
  send([{ channel: 'book', event: 'SUBSCRIBED', symbols: ['AAPL'] }, book('SNAPSHOT', 5), book('DELTA', 6)]);
  send(book('DELTA', 7));
  await vi.waitFor(() => expect(heard).toEqual(['SNAPSHOT 5', 'DELTA 6', 'DELTA 7']));
});

test('a gap asks for a new snapshot, and what comes before it is not delivered', async () => {
  const heard = follow();
  connection.open();
  await vi.waitFor(() => expect(sent('subscribe')).toHaveLength(1));
  send([book('SNAPSHOT', 5), book('DELTA', 7), book('DELTA', 8)]);
  await vi.waitFor(() => expect(sent('subscribe')).toHaveLength(2));
  expect(requests.map(({ action }) => action)).toEqual(['subscribe', 'unsubscribe', 'subscribe']);
  send([book('DELTA', 9), { channel: 'book', event: 'SUBSCRIBED', symbols: ['AAPL'] }, book('SNAPSHOT', 1), book('DELTA', 2)]);
  await vi.waitFor(() => expect(heard).toEqual(['SNAPSHOT 5', 'SNAPSHOT 1', 'DELTA 2']));
});

test('a message that cannot be read asks for a new snapshot too', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  connection.subscribe({ channel: 'book', symbol: 'AAPL' }, () => { throw new Error('unreadable'); });
  connection.open();
  await vi.waitFor(() => expect(sent('subscribe')).toHaveLength(1));
  send(book('SNAPSHOT', 1));
  await vi.waitFor(() => expect(sent('subscribe').length).toBeGreaterThan(1));
});

test('a frame that is not JSON changes nothing', async () => {
  const complaint = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const heard = follow();
  connection.open();
  await vi.waitFor(() => expect(requests).toHaveLength(1));
  clients.at(-1)?.send('not json');
  send(book('SNAPSHOT', 1));
  await vi.waitFor(() => expect(heard).toEqual(['SNAPSHOT 1']));
  expect(complaint).toHaveBeenCalledOnce();
});

test('a lost connection comes back with every subscription', async () => {
  const heard = follow();
  connection.open();
  await vi.waitFor(() => expect(sent('subscribe')).toHaveLength(1));
  send(book('SNAPSHOT', 5));
  await vi.waitFor(() => expect(heard).toHaveLength(1));
  clients.at(-1)?.terminate();
  await vi.waitFor(() => expect(sent('subscribe')).toHaveLength(2));
  send([book('DELTA', 6), book('SNAPSHOT', 9)]);
  await vi.waitFor(() => expect(heard).toEqual(['SNAPSHOT 5', 'SNAPSHOT 9']));
  expect(phases).toEqual(['connecting', 'live', 'waiting', 'connecting', 'live']);
});

test('a venue that no longer answers pings is left and called again', async () => {
  answerPings = false;
  connection.open();
  await vi.waitFor(() => expect(clients.length).toBeGreaterThan(1));
  expect(phases).toContain('waiting');
});

test('after the end of a subscription nothing of it is heard', async () => {
  const heard: string[] = [];
  const end = connection.subscribe({ channel: 'book', symbol: 'AAPL' }, (event) => heard.push(event));
  connection.open();
  await vi.waitFor(() => expect(requests).toHaveLength(1));
  end();
  end();
  await vi.waitFor(() => expect(sent('unsubscribe')).toHaveLength(1));
  send(book('SNAPSHOT', 1));
  send({ event: 'ERROR', code: 'BAD_MESSAGE', detail: '' });
  await vi.waitFor(() => expect(refusals).toEqual(['BAD_MESSAGE']));
  expect(heard).toEqual([]);
});

test('one stream has one listener', () => {
  follow();
  expect(() => follow()).toThrow(/already subscribed/);
});
