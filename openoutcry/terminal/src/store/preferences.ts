/** What the terminal remembers on this machine between visits; a browser that forbids it only forgets. */
import { effect, type Signal } from '@preact/signals';

/** The stored text as `parse` accepts it, else `fallback`. */
export function recall<T, F = T>(name: string, parse: (json: unknown) => T | null, fallback: F): T | F {
  try {
    const text = localStorage.getItem(`openoutcry.${name}`);
    return (text === null ? null : parse(JSON.parse(text))) ?? fallback;
  } catch {
    return fallback;
  }
}

/** Stores the signal's content now and after each change. */
export function remember(name: string, content: Signal<unknown>): void {
  effect(() => {
    try {
      localStorage.setItem(`openoutcry.${name}`, JSON.stringify(content.value));
    } catch {
      // Storage is full or forbidden.
    }
  });
}
