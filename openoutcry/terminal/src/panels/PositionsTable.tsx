import type { Quantity } from '../decimal/decimal';
import { formatAveragePrice, formatMoney, formatPercent, formatPrice, formatQuantity, formatSignedMoney } from '../decimal/format';
import { valuePosition } from '../market/valuation';
import { useTerminal } from '../terminal';
import type { Position } from '../wire/trading';
import { tone } from './tone';

export function PositionsTable() {
  const { store: { trading } } = useTerminal();
  const positions = trading.account.value?.positions.filter(({ quantity }) => quantity !== 0) ?? [];
  if (positions.length === 0) return <p class="empty">No positions. What you buy is held here.</p>;
  return (
    <table class="table" data-testid="positions-table">
      <thead>
        <tr>
          <th>Symbol</th><th class="num">Quantity</th><th class="num">Available</th><th class="num">Avg cost</th>
          <th class="num">Last</th><th class="num">Value</th><th class="num">Unrealised</th><th class="num">%</th>
          <th class="num">Realised</th><th class="actions"><span class="unseen">Actions</span></th>
        </tr>
      </thead>
      <tbody>
        {positions.map((position) => <PositionRow key={position.symbol} position={position} />)}
      </tbody>
    </table>
  );
}

function PositionRow({ position }: { position: Position }) {
  const { store: { market, ticket, screen } } = useTerminal();
  const { symbol, quantity } = position;
  const { marketPrice, marketValue, unrealised, unrealisedBasisPoints } = valuePosition(position, market.last(symbol));
  const close = (): void => {
    market.select(symbol);
    ticket.side.value = quantity > 0 ? 'SELL' : 'BUY';
    ticket.quantity.value = String(quantity > 0 ? position.available : -quantity);
    screen.value = 'trade';
  };
  return (
    <tr data-testid={`position-row-${symbol}`} data-quantity={quantity}>
      <td><button type="button" class="symbol-link" onClick={() => market.select(symbol)}>{symbol}</button></td>
      <td class="num" data-testid={`position-quantity-${symbol}`}>{formatQuantity(quantity)}</td>
      <td class="num">{formatQuantity(position.available)}</td>
      <td class="num">{position.averageCost === null ? '–' : formatAveragePrice(position.averageCost)}</td>
      <td class="num">{marketPrice === null ? '–' : formatPrice(marketPrice)}</td>
      <td class="num">{marketValue === null ? '–' : formatMoney(marketValue)}</td>
      <td class={`num ${tone(unrealised)}`} data-testid={`position-unrealised-${symbol}`}>
        {unrealised === null ? '–' : formatSignedMoney(unrealised)}
      </td>
      <td class={`num ${tone(unrealisedBasisPoints)}`}>{formatPercent(unrealisedBasisPoints)}</td>
      <td class={`num ${tone(position.realisedProfit)}`}>
        {position.realisedProfit === null ? '–' : formatSignedMoney(position.realisedProfit)}
      </td>
      <td class="actions">
        <button type="button" class="button button-small" data-testid={`position-close-${symbol}`}
          title={`Fill the ticket to close ${formatQuantity(Math.abs(quantity) as Quantity)} ${symbol}`}
          onClick={close}>Close</button>
      </td>
    </tr>
  );
}
