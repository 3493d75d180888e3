/** Waiting times that double from `firstMs` to `mostMs`, each shortened by up to a quarter so that clients spread. */
export class Backoff {
  #attempt = 0;

  constructor(
    private readonly firstMs: number,
    private readonly mostMs: number,
    private readonly random: () => number = Math.random,
  ) {}

  next(): number {
    const full = Math.min(this.mostMs, this.firstMs * 2 ** Math.min(this.#attempt, 30));
    this.#attempt += 1;
    return full * (1 - this.random() / 4);
  }

  reset(): void {
    this.#attempt = 0;
  }
}
