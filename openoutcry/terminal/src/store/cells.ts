/** A value per key, each observed by itself: a quote of one symbol draws that symbol's row alone. */
import { type ReadonlySignal, type Signal, signal } from '@preact/signals';

export class Cells<T> {
  readonly #cells = new Map<string, Signal<T>>();

  constructor(private readonly initial: T) {}

  cell(key: string): ReadonlySignal<T> {
    return this.#writable(key);
  }

  set(key: string, content: T): void {
    this.#writable(key).value = content;
  }

  #writable(key: string): Signal<T> {
    let cell = this.#cells.get(key);
    if (cell === undefined) {
      cell = signal(this.initial);
      this.#cells.set(key, cell);
    }
    return cell;
  }
}
