import { useEffect, useRef } from 'preact/hooks';
import { basisPoints, type Price } from '../decimal/decimal';
import { formatPercent, formatPrice } from '../decimal/format';
import { useTerminal } from '../terminal';
import { Panel } from './Panel';
import { Sparkline } from './Sparkline';
import { tone } from './tone';

export function WatchList() {
  const { store: { market, screen } } = useTerminal();
  const list = useRef<HTMLDivElement>(null);
  const selected = market.selected.value;
  useEffect(() => {
    list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  }, [selected]);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown') market.step(1);
    else if (event.key === 'ArrowUp') market.step(-1);
    else if (event.key === 'Delete') market.unwatch(selected);
    else if (event.key === 'Enter') screen.value = 'chart';
    else return;
    event.preventDefault();
  };

  return (
    <Panel area="watch" title="Watch list" aside={<span class="count">{market.watched.value.length}</span>}>
      <div class="watch-head row-head" aria-hidden="true">
        <span>Symbol</span><span>20 min</span><span class="num">Last</span>
      </div>
      <div ref={list} class="watch-rows scroll" role="listbox" tabIndex={0} aria-label="Watched symbols"
        aria-activedescendant={`watch-${selected}`} data-testid="watch-list" onKeyDown={onKeyDown}>
        {market.watched.value.map((symbol) => <WatchRow key={symbol} symbol={symbol} />)}
        {market.watched.value.length === 0 && (
          <p class="empty">{market.failure.value ?? 'Waiting for the venue’s symbols…'}</p>
        )}
      </div>
    </Panel>
  );
}

function WatchRow({ symbol }: { symbol: string }) {
  const { store: { market, screen } } = useTerminal();
  const listing = market.listings.value.get(symbol);
  const previousClose = market.quotes.cell(symbol).value?.previousClose ?? listing?.previousClose ?? null;
  const last = market.last(symbol);
  const change = last === null || previousClose === null
    ? null : basisPoints(BigInt(last) - BigInt(previousClose), BigInt(previousClose));
  return (
    <div id={`watch-${symbol}`} class="watch-row" role="option" aria-selected={market.selected.value === symbol}
      title={listing?.name} data-testid={`symbol-row-${symbol}`}
      onClick={() => { market.selected.value = symbol; screen.value = 'chart'; }}>
      <span class="watch-symbol">
        <b>{symbol}{market.halted(symbol) && <span class="halt-mark">Halted</span>}</b>
        <span class="watch-name">{listing?.name}</span>
      </span>
      <Sparkline symbol={symbol} previousClose={previousClose} />
      <span class="num">
        <Flashing price={last} testId={`symbol-last-${symbol}`} />
        <span class={`watch-change ${tone(change)}`} data-testid={`symbol-change-${symbol}`}>{formatPercent(change)}</span>
      </span>
    </div>
  );
}

/** A price that lights up for a moment in the direction it moved. */
function Flashing({ price, testId }: { price: Price | null; testId: string }) {
  const seen = useRef<{ price: Price | null; moves: number; way: string }>({ price, moves: 0, way: '' });
  if (price !== seen.current.price) {
    const before = seen.current.price;
    const way = before === null || price === null ? '' : price > before ? 'flash-up' : 'flash-down';
    seen.current = { price, moves: seen.current.moves + 1, way };
  }
  // A new key is a new element, so that the animation starts again.
  return (
    <span class="watch-last" data-testid={testId}>
      <span key={seen.current.moves} class={seen.current.way}>{price === null ? '–' : formatPrice(price)}</span>
    </span>
  );
}
