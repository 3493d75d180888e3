/** A mutable structure that components observe: a busy feed changes it in place, each frame draws it once. */
import { signal } from '@preact/signals';

export class Live<T> {
  readonly #version = signal(0);
  #content: T;

  constructor(content: T) {
    this.#content = content;
  }

  /** The content, observed: the caller is drawn again after a change. */
  get(): T {
    void this.#version.value;
    return this.#content;
  }

  peek(): T {
    return this.#content;
  }

  change(mutate: (content: T) => void): void {
    mutate(this.#content);
    this.#changed();
  }

  replace(content: T): void {
    this.#content = content;
    this.#changed();
  }

  /** Without observing: an effect may change what it does not depend on. */
  #changed(): void {
    this.#version.value = this.#version.peek() + 1;
  }
}
