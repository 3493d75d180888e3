/** Short messages at the edge of the screen: fills, refusals, lost sessions. */
import { signal } from '@preact/signals';
import { explain } from '../wire/problem';

export type NoticeKind = 'fill' | 'info' | 'error';

export interface Notice {
  readonly id: number;
  readonly key: string;
  readonly kind: NoticeKind;
  readonly title: string;
  readonly detail: string;
}

const MOST_NOTICES = 4;
const SHOWN_MS: Readonly<Record<NoticeKind, number>> = { fill: 6_000, info: 5_000, error: 9_000 };

export class Notices {
  readonly shown = signal<readonly Notice[]>([]);
  #nextId = 1;

  /** Shows a notice in place of an older one with the same key, so that a burst takes one line. */
  add(kind: NoticeKind, title: string, detail = '', key = `${kind}|${title}|${detail}`): void {
    const notice = { id: this.#nextId, key, kind, title, detail };
    this.#nextId += 1;
    const others = this.shown.value.filter((other) => other.key !== key);
    this.shown.value = [...others, notice].slice(-MOST_NOTICES);
    setTimeout(() => this.dismiss(notice.id), SHOWN_MS[kind]);
  }

  /** Shows what a request failed with. */
  failure(error: unknown): void {
    const { title, detail } = explain(error);
    this.add('error', title, detail);
  }

  dismiss(id: number): void {
    this.shown.value = this.shown.value.filter((notice) => notice.id !== id);
  }
}
