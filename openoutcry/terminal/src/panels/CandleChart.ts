/** Draws the candle view, and the account's working orders as price lines, on a TradingView chart. */
import { effect } from '@preact/signals';
import {
  CandlestickSeries, ColorType, createChart, CrosshairMode, HistogramSeries, type IChartApi, type IPriceLine,
  type ISeriesApi, LineStyle, TickMarkType, type UTCTimestamp,
} from 'lightweight-charts';
import { formatQuantity } from '../decimal/format';
import type { Price } from '../decimal/decimal';
import { intervalSeconds } from '../market/candles';
import type { CandleView } from '../store/market';
import type { Store } from '../store/store';
import { clock, clockMinutes, date, shortDateTime, type Zone } from '../time/zone';
import type { Candle } from '../wire/market';
import type { Order } from '../wire/trading';

const UP = '#2ebd85';
const DOWN = '#f6556b';
const UP_FAINT = 'rgba(46, 189, 133, .32)';
const DOWN_FAINT = 'rgba(246, 85, 107, .32)';
const MOST_VISIBLE_BARS = 110;
const LEAST_VISIBLE_BARS = 40;
const MOST_LINES = 20;

/** The library draws in floating point; what is read as text comes from the exact bars. */
function drawn(price: Price): number {
  return price / 1_000_000;
}

export class CandleChart {
  readonly #chart: IChartApi;
  readonly #candles: ISeriesApi<'Candlestick'>;
  readonly #volume: ISeriesApi<'Histogram'>;
  readonly #ends: (() => void)[] = [];
  readonly #lines = new Map<string, IPriceLine>();
  #frame = 0;
  #drawn: { view: CandleView | null; revision: number; time: number } = { view: null, revision: -1, time: 0 };

  /** `pointed` hears the time of the bar under the pointer, null when it leaves. */
  constructor(box: HTMLElement, private readonly store: Store, pointed: (time: number | null) => void) {
    this.#chart = createChart(box, chartOptions());
    this.#candles = this.#chart.addSeries(CandlestickSeries, {
      upColor: UP, downColor: DOWN, wickUpColor: UP, wickDownColor: DOWN, borderVisible: false,
      priceFormat: { type: 'custom', minMove: 0.01, formatter: (price: number) => price.toFixed(2) },
    });
    this.#candles.priceScale().applyOptions({ scaleMargins: { top: 0.12, bottom: 0.22 } });
    this.#volume = this.#chart.addSeries(HistogramSeries, {
      priceScaleId: 'volume', priceFormat: { type: 'volume' }, lastValueVisible: false, priceLineVisible: false,
    });
    this.#volume.priceScale().applyOptions({ scaleMargins: { top: 0.84, bottom: 0 } });
    this.#chart.subscribeCrosshairMove(({ time }) => pointed(typeof time === 'number' ? time : null));
    this.#ends.push(
      effect(() => { store.market.candles.get(); this.#schedule(); }),
      effect(() => this.#showZone(store.zone.value)),
      effect(() => this.#showTick(store.market.listing.value?.tickSize ?? (10_000 as Price))),
      effect(() => { store.market.selected.value; store.trading.orders.get(); this.#schedule(); }),
    );
  }

  remove(): void {
    cancelAnimationFrame(this.#frame);
    for (const end of this.#ends) end();
    this.#chart.remove();
  }

  /** However many bars change, the chart is fed once a frame. */
  #schedule(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#draw(this.store.market.candles.peek());
      this.#showOrders();
    });
  }

  #draw(view: CandleView): void {
    const { series } = view;
    const another = view !== this.#drawn.view;
    if (another || series.revision !== this.#drawn.revision) {
      this.#candles.setData(series.bars.map(candlePoint));
      this.#volume.setData(series.bars.map(volumePoint));
      if (another || this.#drawn.time === 0) this.#showNewest(series.bars.length);
    } else {
      for (const bar of series.bars.slice(-MOST_VISIBLE_BARS)) {
        if (bar.time < this.#drawn.time) continue;
        this.#candles.update(candlePoint(bar));
        this.#volume.update(volumePoint(bar));
      }
    }
    this.#drawn = { view, revision: series.revision, time: series.newest?.time ?? 0 };
  }

  #showNewest(bars: number): void {
    this.#chart.priceScale('right').applyOptions({ autoScale: true });
    const shown = Math.max(LEAST_VISIBLE_BARS, Math.min(MOST_VISIBLE_BARS, bars));
    this.#chart.timeScale().setVisibleLogicalRange({ from: bars - shown, to: bars + 4 });
  }

  #showZone(zone: Zone): void {
    const { market } = this.store;
    const daily = (): boolean => intervalSeconds(market.interval.peek()) >= 86_400;
    this.#chart.applyOptions({
      localization: {
        timeFormatter: (time: UTCTimestamp) => (
          daily() ? date(time * 1000, 'UTC') : `${shortDateTime(time * 1000, zone)} ${zone}`
        ),
      },
      timeScale: {
        tickMarkFormatter: (time: UTCTimestamp, kind: TickMarkType) => {
          if (kind === TickMarkType.TimeWithSeconds) return clock(time * 1000, zone);
          if (kind === TickMarkType.Time) return clockMinutes(time * 1000, zone);
          return date(time * 1000, daily() ? 'UTC' : zone).slice(kind === TickMarkType.Year ? 0 : 5, kind === TickMarkType.Year ? 4 : 10);
        },
      },
    });
  }

  #showTick(tickSize: Price): void {
    const places = tickSize >= 10_000 ? 2 : 4;
    this.#candles.applyOptions({
      priceFormat: { type: 'custom', minMove: drawn(tickSize), formatter: (price: number) => price.toFixed(places) },
    });
  }

  /** Lines at the account's orders that lie in the prices shown: the library pins all others to the edge. */
  #showOrders(): void {
    const symbol = this.store.market.selected.peek();
    const wanted = new Map<string, PriceLineOptions>();
    for (const order of this.store.trading.orders.peek().working()) {
      const line = order.symbol === symbol ? orderLine(order) : null;
      if (line !== null && this.#shows(line.price) && wanted.size < MOST_LINES) {
        wanted.set(`${order.orderId} ${line.price} ${line.title}`, line);
      }
    }
    for (const [key, line] of this.#lines) {
      if (wanted.has(key)) continue;
      this.#candles.removePriceLine(line);
      this.#lines.delete(key);
    }
    for (const [key, line] of wanted) {
      if (!this.#lines.has(key)) this.#lines.set(key, this.#candles.createPriceLine(line));
    }
  }

  #shows(price: number): boolean {
    const y = this.#candles.priceToCoordinate(price);
    return y !== null && y >= 0 && y <= this.#chart.paneSize().height;
  }
}

type PriceLineOptions = Parameters<ISeriesApi<'Candlestick'>['createPriceLine']>[0] & { price: number; title: string };

function orderLine(order: Order): PriceLineOptions | null {
  const waiting = order.status === 'PENDING_TRIGGER';
  const price = waiting ? order.stopPrice : order.price;
  if (price === null) return null;
  return {
    price: drawn(price), title: `${order.side} ${formatQuantity(order.leavesQuantity)}${waiting ? ' stop' : ''}`,
    color: order.side === 'BUY' ? UP : DOWN, lineWidth: 1, lineStyle: LineStyle.Dashed, axisLabelVisible: true,
  };
}

function candlePoint(bar: Candle) {
  return {
    time: bar.time as UTCTimestamp,
    open: drawn(bar.open), high: drawn(bar.high), low: drawn(bar.low), close: drawn(bar.close),
  };
}

function volumePoint(bar: Candle) {
  return {
    time: bar.time as UTCTimestamp, value: bar.volume as number, color: bar.close >= bar.open ? UP_FAINT : DOWN_FAINT,
  };
}

function chartOptions() {
  return {
    autoSize: true,
    layout: {
      background: { type: ColorType.Solid, color: 'transparent' },
      textColor: '#8b97a8', fontSize: 11, fontFamily: '"Inter Variable", system-ui, sans-serif',
      // The library's licence asks for this link to its makers.
      attributionLogo: true,
    },
    grid: { vertLines: { color: '#151b24' }, horzLines: { color: '#151b24' } },
    crosshair: {
      mode: CrosshairMode.Normal,
      vertLine: { color: '#4b586a', labelBackgroundColor: '#2a3443' },
      horzLine: { color: '#4b586a', labelBackgroundColor: '#2a3443' },
    },
    rightPriceScale: { borderColor: '#1d2530' },
    timeScale: { borderColor: '#1d2530', timeVisible: true, secondsVisible: true, rightOffset: 5, minBarSpacing: 1.5 },
  };
}
