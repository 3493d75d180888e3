import { useEffect, useState } from 'preact/hooks';
import { formatScaled, formatSignedMoney } from '../decimal/format';
import { SCALE } from '../decimal/decimal';
import { useTerminal } from '../terminal';
import { moment } from '../time/zone';
import { explain } from '../wire/problem';
import type { LedgerLine } from '../wire/trading';
import { tone } from './tone';

interface Lines { readonly items: readonly LedgerLine[]; readonly next: string | null; readonly failure: string }

const NO_LINES: Lines = { items: [], next: null, failure: '' };
const MOST_LINES = 1_000;

/** Double-entry lines of the account, read when the tab opens and after each change of its cash. */
export function LedgerTable() {
  const { store: { trading, zone }, rest } = useTerminal();
  const accountId = trading.accountId.value ?? '';
  const cashTotal = trading.account.value?.cash.total;
  const [lines, setLines] = useState<Lines | null>(null);

  const load = async (cursor: string | null, before: readonly LedgerLine[]): Promise<Lines> => {
    try {
      const { items, next } = await rest.ledger(accountId, cursor);
      return { items: [...before, ...items], next, failure: '' };
    } catch (error) {
      return { ...NO_LINES, items: before, failure: explain(error).title };
    }
  };
  useEffect(() => {
    let current = true;
    void load(null, []).then((loaded) => { if (current) setLines(loaded); });
    return () => { current = false; };
  }, [accountId, cashTotal]);

  if (lines === null) return <p class="empty">Reading the ledger…</p>;
  if (lines.failure !== '') return <p class="empty" role="alert">{lines.failure}</p>;
  if (lines.items.length === 0) return <p class="empty">No entries yet.</p>;
  return (
    <>
      <table class="table" data-testid="ledger-table">
        <thead>
          <tr><th>Time</th><th>Kind</th><th>Asset</th><th class="num">Amount</th><th>Counterparty</th><th>Reference</th><th>Entry</th></tr>
        </thead>
        <tbody>
          {lines.items.map((line) => (
            <tr key={line.entryId} data-testid="ledger-row">
              <td class="dim">{moment(line.time.epochMs, zone.value, Date.now())}</td>
              <td class="word">{line.kind.toLowerCase()}</td>
              <td>{line.asset}</td>
              <td class={`num ${tone(line.amount)}`}>{amountWords(line)}</td>
              <td class="dim">{line.counterparty}</td>
              <td class="dim">{line.reference}</td>
              <td class="dim">{line.entryId}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {lines.next !== null && lines.items.length < MOST_LINES && (
        <p class="more">
          <button type="button" class="button button-small" data-testid="ledger-more"
            onClick={() => { void load(lines.next, lines.items).then(setLines); }}>Older entries</button>
        </p>
      )}
    </>
  );
}

function amountWords({ asset, amount }: LedgerLine): string {
  if (asset === 'USD') return formatSignedMoney(amount);
  return (amount > 0n ? '+' : '') + formatScaled(amount, SCALE, 0);
}
