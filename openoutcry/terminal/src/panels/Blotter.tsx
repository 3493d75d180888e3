import type { ComponentChildren } from 'preact';
import type { BlotterTab } from '../store/store';
import { useTerminal } from '../terminal';
import { FillsTable } from './FillsTable';
import { LedgerTable } from './LedgerTable';
import { HistoryTable, OpenOrdersTable } from './OrdersTable';
import { PositionsTable } from './PositionsTable';

const TABS: readonly (readonly [BlotterTab, string])[] = [
  ['orders', 'Orders'], ['positions', 'Positions'], ['fills', 'Fills'], ['history', 'History'], ['ledger', 'Ledger'],
];

const TABLES: Readonly<Record<BlotterTab, () => ComponentChildren>> = {
  orders: () => <OpenOrdersTable />,
  positions: () => <PositionsTable />,
  fills: () => <FillsTable />,
  history: () => <HistoryTable />,
  ledger: () => <LedgerTable />,
};

/** Everything of the account in tabs. */
export function Blotter() {
  const { store: { blotterTab, trading, dialog } } = useTerminal();
  const tab = blotterTab.value;
  const counts: Partial<Record<BlotterTab, number>> = {
    orders: trading.orders.get().working().length,
    positions: trading.account.value?.positions.filter(({ quantity }) => quantity !== 0).length ?? 0,
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const move = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    const next = TABS[TABS.findIndex(([name]) => name === tab) + move]?.[0];
    if (move === 0 || next === undefined) return;
    blotterTab.value = next;
    document.getElementById(`tab-${next}`)?.focus();
  };
  return (
    <section class="panel area-blotter" aria-label="Account">
      <header class="panel-head tabs-head">
        <div class="tabs" role="tablist" aria-label="Account" onKeyDown={onKeyDown}>
          {TABS.map(([name, title]) => (
            <button key={name} id={`tab-${name}`} type="button" role="tab" aria-selected={tab === name}
              aria-controls="blotter" tabIndex={tab === name ? 0 : -1} data-testid={`tab-${name}`}
              onClick={() => { blotterTab.value = name; }}>
              {title}
              {(counts[name] ?? 0) > 0 && <span class="count">{counts[name]}</span>}
            </button>
          ))}
        </div>
        {tab === 'orders' && (counts.orders ?? 0) > 0 && <CancelAll />}
      </header>
      <div id="blotter" class="blotter scroll" role="tabpanel" aria-labelledby={`tab-${tab}`}>
        {trading.session.value === null ? (
          <p class="empty">
            <button type="button" class="link-button" onClick={() => { dialog.value = 'login'; }}>Log in</button>
            {' '}to see your orders, positions and ledger.
          </p>
        ) : trading.accountId.value === null
          ? <p class="empty">{trading.session.value.user.username} has no trading account.</p>
          : TABLES[tab]()}
      </div>
    </section>
  );
}

function CancelAll() {
  const { store: { notices }, desk } = useTerminal();
  return (
    <button type="button" class="button button-small button-danger" data-testid="orders-cancel-all"
      onClick={() => { desk.cancelAll().catch((error: unknown) => notices.failure(error)); }}>Cancel all</button>
  );
}
