import { useEffect, useRef, useState } from 'preact/hooks';
import { formatPrice, formatQuantity } from '../decimal/format';
import { INTERVALS } from '../market/candles';
import { useTerminal } from '../terminal';
import type { Candle } from '../wire/market';
import { CandleChart } from './CandleChart';
import { tone } from './tone';

export function Chart() {
  const { store: { market } } = useTerminal();
  const { ready, series } = market.candles.get();
  return (
    <>
      <div class="chart-tools" role="group" aria-label="Candle interval">
        {INTERVALS.map((interval) => (
          <button key={interval} type="button" data-testid={`interval-${interval}`}
            aria-pressed={market.interval.value === interval}
            onClick={() => { market.chosenInterval.value = interval; }}>{interval}</button>
        ))}
      </div>
      <div class={`chart ${series.bars.length === 0 ? 'chart-blank' : ''}`} data-testid="chart" data-bars={series.bars.length}>
        <ChartCanvas />
        {ready && series.bars.length === 0 && <p class="empty chart-empty">No trades yet</p>}
      </div>
    </>
  );
}

/** The canvas is drawn by the chart library, outside the component tree. */
function ChartCanvas() {
  const { store } = useTerminal();
  const box = useRef<HTMLDivElement>(null);
  const [pointed, setPointed] = useState<number | null>(null);
  useEffect(() => {
    if (box.current === null) return undefined;
    const chart = new CandleChart(box.current, store, setPointed);
    return () => chart.remove();
  }, [store]);
  const { series } = store.market.candles.get();
  const bar = pointed === null ? series.newest : series.at(pointed);
  return (
    <>
      <div ref={box} class="chart-canvas" role="group" aria-label="Candle chart" />
      {bar !== undefined && <Legend bar={bar} />}
    </>
  );
}

function Legend({ bar }: { bar: Candle }) {
  const colour = tone(bar.close - bar.open);
  return (
    <div class="chart-legend" data-testid="chart-legend">
      <span>O <b class={colour}>{formatPrice(bar.open)}</b></span>
      <span>H <b class={colour}>{formatPrice(bar.high)}</b></span>
      <span>L <b class={colour}>{formatPrice(bar.low)}</b></span>
      <span>C <b class={colour}>{formatPrice(bar.close)}</b></span>
      <span>Vol <b class={colour}>{formatQuantity(bar.volume)}</b></span>
    </div>
  );
}
