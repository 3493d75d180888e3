/** The colour class of a signed amount or a side. */
export function tone(amount: number | bigint | null): string {
  if (amount === null || amount == 0) return '';
  return amount > 0 ? 'up' : 'down';
}

export function sideTone(side: string): string {
  return side === '' ? '' : side === 'BUY' ? 'up' : 'down';
}
