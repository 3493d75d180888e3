import type { ComponentChildren } from 'preact';

interface PanelProps {
  readonly area: string;
  readonly title: string;
  /** Beside the title: counts, buttons. */
  readonly aside?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** A titled pane of the desk; `area` names its place in the style sheet. */
export function Panel({ area, title, aside, children }: PanelProps) {
  return (
    <section class={`panel area-${area}`} aria-label={title}>
      <header class="panel-head">
        <h2>{title}</h2>
        {aside}
      </header>
      {children}
    </section>
  );
}
