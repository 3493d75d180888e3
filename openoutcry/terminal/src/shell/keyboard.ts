/** Keys that work anywhere but inside a field; what they do is listed in the help dialog. */
import { useEffect } from 'preact/hooks';
import type { Terminal } from '../terminal';
import type { Side } from '../wire/market';

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement
    && (target.isContentEditable || ['INPUT', 'SELECT', 'TEXTAREA'].includes(target.tagName));
}

export function focusById(id: string): void {
  // After the frame that shows it: on a narrow display the field may only now come up.
  requestAnimationFrame(() => requestAnimationFrame(() => {
    const element = document.getElementById(id);
    element?.focus();
    if (element instanceof HTMLInputElement) element.select();
  }));
}

function handle(event: KeyboardEvent, { store }: Terminal): boolean {
  const toTicket = (side: Side): boolean => {
    store.ticket.side.value = side;
    store.screen.value = 'trade';
    focusById('ticket-quantity');
    return true;
  };
  switch (event.key) {
    case '/': focusById('symbol-search'); return true;
    case '?': store.dialog.value = 'help'; return true;
    case 'b': case 'B': return toTicket('BUY');
    case 's': case 'S': return toTicket('SELL');
    case 'ArrowUp': store.market.step(-1); return true;
    case 'ArrowDown': store.market.step(1); return true;
    default: return false;
  }
}

export function useKeyboard(terminal: Terminal): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      const { target } = event;
      if (terminal.store.dialog.value !== null) return;
      if (event.key === 'Escape' && target instanceof HTMLElement) target.blur();
      if (isTyping(target)) return;
      // Arrow keys belong to a focused group of tabs or radio buttons.
      const inGroup = target instanceof HTMLElement && target.closest('[role=tablist],[role=radiogroup]') !== null;
      if (inGroup && event.key.startsWith('Arrow')) return;
      if (handle(event, terminal)) event.preventDefault();
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, [terminal]);
}
