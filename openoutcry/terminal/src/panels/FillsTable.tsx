import { value } from '../decimal/decimal';
import { formatMoney, formatPrice, formatQuantity } from '../decimal/format';
import { useTerminal } from '../terminal';
import { moment } from '../time/zone';
import { sideTone } from './tone';

const MOST_ROWS = 200;

export function FillsTable() {
  const { store: { trading, zone, market } } = useTerminal();
  const executions = trading.executions.get().all();
  if (executions.length === 0) return <p class="empty">No fills yet.</p>;
  return (
    <table class="table" data-testid="fills-table">
      <thead>
        <tr>
          <th>Time</th><th>Symbol</th><th>Side</th><th class="num">Quantity</th><th class="num">Price</th>
          <th class="num">Value</th><th>Liquidity</th><th>Order</th><th>Trade</th>
        </tr>
      </thead>
      <tbody>
        {executions.slice(0, MOST_ROWS).map((execution) => (
          <tr key={`${execution.tradeId}|${execution.orderId}`} data-testid="fill-row" data-order={execution.orderId}>
            <td class="dim">{moment(execution.time.epochMs, zone.value, Date.now())}</td>
            <td>
              <button type="button" class="symbol-link" onClick={() => market.select(execution.symbol)}>{execution.symbol}</button>
            </td>
            <td class={sideTone(execution.side)}>{execution.side.replaceAll('_', ' ').toLowerCase()}</td>
            <td class="num">{formatQuantity(execution.quantity)}</td>
            <td class="num">{formatPrice(execution.price)}</td>
            <td class="num">{formatMoney(value(execution.price, execution.quantity))}</td>
            <td class="word">{execution.liquidity.toLowerCase()}</td>
            <td class="dim">{execution.orderId}</td>
            <td class="dim">{execution.tradeId}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
