import { useRef } from 'preact/hooks';
import { formatPrice, formatQuantity } from '../decimal/format';
import { useTerminal } from '../terminal';
import { clock } from '../time/zone';
import { Panel } from './Panel';
import { sideTone } from './tone';
import { useRows } from './useRows';

const ROW_PX = 18;

/** Time and sales, newest first, in the colour of the aggressor. */
export function Tape() {
  const { store: { market, zone } } = useTerminal();
  const box = useRef<HTMLDivElement>(null);
  const rows = useRows(box, ROW_PX);
  const { tape, ready } = market.tape.get();
  const trades = tape.newest(rows);
  return (
    <Panel area="tape" title="Trades">
      <div class="tape-head row-head" aria-hidden="true">
        <span>Time</span><span class="num">Price</span><span class="num">Size</span>
      </div>
      <div ref={box} class="tape" data-testid="tape">
        {trades.map((trade) => (
          <div key={trade.tradeId} class="tape-row" data-testid="tape-row" data-side={trade.side}>
            <span class="tape-time">{clock(trade.time.epochMs, zone.value)}</span>
            <span class={`num ${sideTone(trade.side)}`}>{formatPrice(trade.price)}</span>
            <span class="num">{formatQuantity(trade.quantity)}</span>
          </div>
        ))}
        {ready && trades.length === 0 && rows > 0 && <p class="empty">No trades yet</p>}
      </div>
    </Panel>
  );
}
