/** The wiring: one store, one REST client, one WebSocket, and what feeds and changes the store. */
import { computed, effect } from '@preact/signals';
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { Desk } from './actions/desk';
import { Login } from './actions/login';
import { AccountFeed } from './feeds/account';
import { MarketFeed } from './feeds/market';
import { Store } from './store/store';
import { Connection, type Socket } from './venue/connection';
import { Rest } from './venue/rest';
import { endsSession, wordsForCode } from './wire/problem';

export interface Terminal {
  readonly store: Store;
  readonly rest: Rest;
  readonly login: Login;
  readonly desk: Desk;
}

/** Builds the terminal on the venue that serves the page at `base`, and starts its feeds. */
export function startTerminal(base: URL): Terminal {
  const store = new Store();
  const login: Login = new Login(store, () => rest);
  const rest = new Rest(base, () => login.token, () => login.expire());
  const connection = new Connection(() => openSocket(base), {
    phase: (phase, latencyMs) => { store.link.value = { phase, latencyMs }; },
    refused: (code, detail) => {
      if (endsSession(code)) login.expire();
      else store.notices.add('error', wordsForCode(code), detail, code);
    },
  });
  const positions = (): readonly string[] => store.trading.account.value?.positions.map(({ symbol }) => symbol) ?? [];
  const market = new MarketFeed(connection, rest, store.market, positions);
  market.start();
  new AccountFeed(connection, rest, store.trading, store.notices).start();
  connection.open();
  addEventListener('online', () => connection.open());
  // A venue that comes back may be another version, with other listings.
  const live = computed(() => store.link.value.phase === 'live');
  effect(() => {
    if (!live.value) return;
    void market.loadListings();
    void rest.venue().then((venue) => { store.venue.value = venue; }, () => undefined);
  });
  void login.restore();
  return { store, rest, login, desk: new Desk(store, rest) };
}

function openSocket(base: URL): Socket {
  const url = new URL('ws/v1', base);
  url.protocol = base.protocol === 'https:' ? 'wss:' : 'ws:';
  return new WebSocket(url) as Socket;
}

const TerminalContext = createContext<Terminal | null>(null);
export const TerminalProvider = TerminalContext.Provider;

export function useTerminal(): Terminal {
  const terminal = useContext(TerminalContext);
  if (terminal === null) throw new Error('no terminal around this component');
  return terminal;
}
