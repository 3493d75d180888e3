import { useComputed } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { basisPoints, type Price, type Quantity } from '../decimal/decimal';
import { formatCompact, formatPrice, formatQuantity, formatScaled, plainPrice } from '../decimal/format';
import { ladder, type LadderRow } from '../market/book';
import { useTerminal } from '../terminal';
import { Panel } from './Panel';
import { tone } from './tone';
import { useRows } from './useRows';

const ROW_PX = 20;

/** Asks above, bids below, the touch in the middle; bars show the running total. */
export function BookLadder() {
  const { store: { market, trading } } = useTerminal();
  const side = useRef<HTMLDivElement>(null);
  const rows = useRows(side, ROW_PX);
  const { book, symbol, ready } = market.book.get();
  const asks = ladder(book.asks, rows);
  const bids = ladder(book.bids, rows);
  const deepest = Math.max(asks.at(-1)?.cumulative ?? 0, bids.at(-1)?.cumulative ?? 0);
  const own = useComputed(() => ownQuantities(trading.orders.get().working(), market.selected.value));
  const touch = { bid: bids[0]?.price ?? null, ask: asks[0]?.price ?? null };
  const view = { own: own.value, deepest };
  return (
    <Panel area="book" title="Order book" aside={<span class="panel-symbol">{symbol}</span>}>
      <div class="book-head row-head" aria-hidden="true">
        <span class="num">Price</span><span class="num">Size</span><span class="num">Total</span>
      </div>
      <div class="book" data-testid="book" data-symbol={symbol} data-ready={ready}
        style={{ '--levels': Math.max(1, rows) }}>
        <div ref={side} class="book-side book-asks">
          {[...asks].reverse().map((row) => <LevelRow key={row.price} row={row} side="ask" {...view} />)}
          {ready && asks.length === 0 && <p class="empty">No offers</p>}
        </div>
        <Touch symbol={symbol} {...touch} />
        <div class="book-side book-bids">
          {bids.map((row) => <LevelRow key={row.price} row={row} side="bid" {...view} />)}
          {ready && bids.length === 0 && <p class="empty">No bids</p>}
        </div>
      </div>
    </Panel>
  );
}

/** The account's own working shares by price. */
function ownQuantities(
  orders: readonly { symbol: string; price: Price | null; status: string; leavesQuantity: Quantity }[], symbol: string,
): ReadonlyMap<Price, Quantity> {
  const own = new Map<Price, Quantity>();
  for (const order of orders) {
    if (order.symbol !== symbol || order.price === null || order.status === 'PENDING_TRIGGER') continue;
    own.set(order.price, ((own.get(order.price) ?? 0) + order.leavesQuantity) as Quantity);
  }
  return own;
}

interface LevelProps {
  readonly row: LadderRow;
  readonly side: 'bid' | 'ask';
  readonly own: ReadonlyMap<Price, Quantity>;
  readonly deepest: number;
}

function LevelRow({ row, side, own, deepest }: LevelProps) {
  const { store } = useTerminal();
  const mine = own.get(row.price);
  const title = `${formatQuantity(row.quantity)} shares in ${row.orders} orders`
    + (mine === undefined ? '' : `, ${formatQuantity(mine)} of them yours`);
  const take = (): void => {
    store.ticket.takePrice(row.price);
    store.screen.value = 'trade';
  };
  return (
    <div class={`level level-${side}`} data-testid={`book-${side}`} data-price={plainPrice(row.price)}
      data-quantity={row.quantity} title={title} onClick={take}>
      <span class="level-bar" style={{ transform: `scaleX(${deepest === 0 ? 0 : row.cumulative / deepest})` }} />
      {mine !== undefined && <span class="level-own" />}
      <span class="num level-price">{formatPrice(row.price)}</span>
      <span class="num">{formatQuantity(row.quantity)}</span>
      <span class="num level-total">{formatCompact(row.cumulative)}</span>
    </div>
  );
}

function Touch({ symbol, bid, ask }: { symbol: string; bid: Price | null; ask: Price | null }) {
  const { store: { market } } = useTerminal();
  const last = market.last(symbol);
  const previousClose = market.quotes.cell(symbol).value?.previousClose ?? null;
  const spread = bid === null || ask === null ? null : (ask - bid) as Price;
  // In tenths of a basis point.
  const relative = spread === null || bid === null ? null : basisPoints(BigInt(spread) * 10n, BigInt(bid));
  return (
    <div class="touch">
      <strong class={tone(last === null || previousClose === null ? null : last - previousClose)}>
        {last === null ? '–' : formatPrice(last)}
      </strong>
      <span>
        Spread <b class="num" data-testid="book-spread">{spread === null ? '–' : formatPrice(spread)}</b>
        {relative !== null && <span class="spread-relative">{formatScaled(BigInt(relative), 1, 1)} bp</span>}
      </span>
    </div>
  );
}
