import { basisPoints, type Price } from '../decimal/decimal';
import { formatCompact, formatPercent, formatPrice, formatSignedPrice } from '../decimal/format';
import { useTerminal } from '../terminal';
import { tone } from './tone';

/** The selected symbol's name and day at a glance, above its chart. */
export function SymbolBar() {
  const { store: { market } } = useTerminal();
  const symbol = market.selected.value;
  const quote = market.quotes.cell(symbol).value;
  const previousClose = quote?.previousClose ?? market.listing.value?.previousClose ?? null;
  const last = market.last(symbol);
  const change = last === null || previousClose === null ? null : (last - previousClose) as Price;
  const percent = change === null || previousClose === null ? null : basisPoints(BigInt(change), BigInt(previousClose));
  const reason = market.statuses.cell(symbol).value?.reason ?? '';
  const shown = (price: Price | null | undefined): string => (price == null ? '–' : formatPrice(price));
  return (
    <div class="symbol-bar">
      <div class="symbol-title">
        <h1 data-testid="selected-symbol">{symbol === '' ? '–' : symbol}</h1>
        <span class="symbol-name">{market.listing.value?.name}</span>
        {market.halted(symbol) && (
          <span class="badge badge-halt" data-testid="symbol-halted" title={reason}>Halted</span>
        )}
      </div>
      <div class={`symbol-last ${tone(change)}`}>
        <strong data-testid="selected-last">{shown(last)}</strong>
        <span data-testid="selected-change">
          {change === null ? '' : `${formatSignedPrice(change)}  ${formatPercent(percent)}`}
        </span>
      </div>
      <dl class="symbol-day">
        <Figure name="Bid" text={shown(quote?.bid)} tone="up" />
        <Figure name="Ask" text={shown(quote?.ask)} tone="down" />
        <Figure name="Open" text={shown(quote?.open)} />
        <Figure name="High" text={shown(quote?.high)} />
        <Figure name="Low" text={shown(quote?.low)} />
        <Figure name="Prev close" text={shown(previousClose)} />
        <Figure name="Volume" text={quote?.volume == null ? '–' : formatCompact(quote.volume)} />
      </dl>
    </div>
  );
}

function Figure({ name, text, tone: colour = '' }: { name: string; text: string; tone?: string }) {
  return <div><dt>{name}</dt><dd class={colour}>{text}</dd></div>;
}
