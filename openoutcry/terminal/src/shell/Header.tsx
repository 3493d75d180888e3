import { useEffect, useState } from 'preact/hooks';
import { formatMoney } from '../decimal/format';
import { equity } from '../market/valuation';
import { useTerminal } from '../terminal';
import { clock, ZONES } from '../time/zone';
import { SymbolSearch } from './SymbolSearch';

export function Header() {
  const { store } = useTerminal();
  return (
    <header class="header">
      <div class="brand" data-testid="venue-name">
        <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
          <path d="M6 2v3m0 10v3M14 2v6m0 8v2" class="brand-wick" />
          <rect x="4" y="5" width="4" height="10" rx=".6" class="brand-up" />
          <rect x="12" y="8" width="4" height="8" rx=".6" class="brand-down" />
        </svg>
        <span class="brand-name">{store.venue.value.name}</span>
        {store.venue.value.demo && <span class="badge">Demo</span>}
      </div>
      <SymbolSearch />
      <div class="header-space" />
      <AccountFigures />
      <LinkState />
      <Clock />
      <button type="button" class="icon-button help-button" aria-label="Keyboard help" title="Keyboard help (?)"
        data-testid="help-open" onClick={() => { store.dialog.value = 'help'; }}>?</button>
      <UserMenu />
    </header>
  );
}

function AccountFigures() {
  const { store: { trading, market } } = useTerminal();
  const account = trading.account.value;
  if (account === null) return null;
  const figures = [
    { label: 'Equity', id: 'account-equity', money: equity(account, (symbol) => market.last(symbol)) },
    { label: 'Cash', id: 'account-cash', money: account.cash.total },
    { label: 'Available', id: 'account-available', money: account.cash.available },
  ];
  return (
    <dl class="figures" data-testid="account-figures">
      {figures.map(({ label, id, money }) => (
        <div key={id} class={`figure ${id}`}>
          <dt>{label}</dt>
          <dd data-testid={id}>{formatMoney(money)}</dd>
        </div>
      ))}
    </dl>
  );
}

const LINK_WORDS = { connecting: 'Connecting', live: 'Live', waiting: 'Reconnecting' } as const;

function LinkState() {
  const { phase, latencyMs } = useTerminal().store.link.value;
  return (
    <div class={`link link-${phase}`} role="status" data-testid="connection-state" data-phase={phase}
      title="Connection to the venue, with the last round trip">
      <span class="link-dot" aria-hidden="true" />
      <span class="link-words">{LINK_WORDS[phase]}</span>
      {phase === 'live' && latencyMs !== null && <span class="link-latency" aria-hidden="true">{latencyMs} ms</span>}
    </div>
  );
}

function Clock() {
  const { zone } = useTerminal().store;
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setTimeout(() => setNow(Date.now()), 1000 - (Date.now() % 1000));
    return () => clearTimeout(timer);
  }, [now]);
  const other = zone.value === 'UTC' ? 'exchange time (New York)' : 'UTC';
  return (
    <button type="button" class="clock" data-testid="clock" title={`All times in ${zone.value}; click for ${other}`}
      onClick={() => { zone.value = ZONES.find((next) => next !== zone.value) ?? 'UTC'; }}>
      <time>{clock(now, zone.value)}</time> <span class="clock-zone">{zone.value}</span>
    </button>
  );
}

function UserMenu() {
  const { store: { trading, dialog }, login } = useTerminal();
  const session = trading.session.value;
  if (session === null) {
    return (
      <button type="button" class="button button-primary" data-testid="login-open"
        onClick={() => { dialog.value = 'login'; }}>Log in</button>
    );
  }
  const { username, role, accounts } = session.user;
  return (
    <div class="user">
      <div class="user-name">
        <span data-testid="user-name">{username}</span>
        {accounts.length > 1 ? (
          <select aria-label="Account" data-testid="account-select" value={trading.accountId.value ?? ''}
            onChange={(event) => { trading.accountId.value = event.currentTarget.value; }}>
            {accounts.map((account) => <option key={account} value={account}>{account}</option>)}
          </select>
        ) : <span class="user-account">{accounts[0] ?? role.toLowerCase()}</span>}
      </div>
      <button type="button" class="button" data-testid="logout" onClick={() => login.logOut()}>Log out</button>
    </div>
  );
}
