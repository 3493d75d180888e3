import { useTerminal } from '../terminal';
import { Modal } from './Modal';

const KEYS: readonly (readonly [readonly string[], string])[] = [
  [['/'], 'Search a symbol'],
  [['↑', '↓'], 'Move along the watch list'],
  [['Del'], 'Take the selected symbol off the focused watch list'],
  [['B'], 'Ticket: buy'],
  [['S'], 'Ticket: sell'],
  [['Enter'], 'Ticket: send the order'],
  [['Esc'], 'Leave a field, close a dialog'],
  [['?'], 'This help'],
];

export function HelpDialog() {
  const { version } = useTerminal().store.venue.value;
  return (
    <Modal title="Keyboard">
      <dl class="keys" data-testid="help">
        {KEYS.map(([keys, meaning]) => (
          <div key={meaning}>
            <dt>{keys.map((key) => <kbd key={key}>{key}</kbd>)}</dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <p class="modal-note">
        Click a price in the book to take it into the ticket. Click the clock to change between UTC and exchange time.
      </p>
      <p class="modal-note">
        {version !== '' && <>Venue version {version} · </>}
        <a href="docs">API</a> · <a href="licences.md">Licences</a> (<a href="licence-inter.txt">font</a>) · Charts by{' '}
        <a href="https://www.tradingview.com/" target="_blank" rel="noreferrer">TradingView</a> Lightweight Charts™
      </p>
    </Modal>
  );
}
