import type { Price } from '../decimal/decimal';
import { useTerminal } from '../terminal';
import { tone } from './tone';

const WIDTH = 52;
const HEIGHT = 20;
const VIEW = `0 0 ${WIDTH} ${HEIGHT}`;

/** The way of the last closes, from the previous close when little else is known. */
export function Sparkline({ symbol, previousClose }: { symbol: string; previousClose: Price | null }) {
  const { store: { market } } = useTerminal();
  const closes = market.spark(symbol).get().bars.map((bar) => bar.close);
  const first = closes[0];
  const last = closes.at(-1);
  if (first === undefined || last === undefined) return <svg class="spark" viewBox={VIEW} aria-hidden="true" />;
  const prices = closes.length < 3 && previousClose !== null ? [previousClose, ...closes] : closes;
  const low = Math.min(...prices);
  const span = Math.max(...prices) - low;
  const step = WIDTH / Math.max(1, prices.length - 1);
  const points = prices.map((price, index) => {
    const y = span === 0 ? HEIGHT / 2 : HEIGHT - 1.5 - ((price - low) / span) * (HEIGHT - 3);
    return `${(index * step).toFixed(1)},${y.toFixed(1)}`;
  });
  return (
    <svg class={`spark ${tone(last - (prices[0] ?? first)) || 'dim'}`} viewBox={VIEW} aria-hidden="true">
      <polyline points={points.join(' ')} />
    </svg>
  );
}
