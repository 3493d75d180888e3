import { useTerminal } from '../terminal';

export function Toasts() {
  const { notices } = useTerminal().store;
  return (
    <ol class="toasts" aria-live="polite" aria-label="Messages">
      {notices.shown.value.map(({ id, kind, title, detail }) => (
        <li key={id} class={`toast toast-${kind}`} data-testid="toast" data-kind={kind}>
          <div>
            <strong>{title}</strong>
            {detail !== '' && <p>{detail}</p>}
          </div>
          <button type="button" class="icon-button" aria-label="Dismiss" onClick={() => notices.dismiss(id)}>×</button>
        </li>
      ))}
    </ol>
  );
}
