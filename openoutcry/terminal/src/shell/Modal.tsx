import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { useTerminal } from '../terminal';

/** A dialog over the desk; the browser keeps the focus in it and closes it on Esc. */
export function Modal({ title, children }: { title: string; children: ComponentChildren }) {
  const { store } = useTerminal();
  const dialog = useRef<HTMLDialogElement>(null);
  const close = (): void => { store.dialog.value = null; };
  useEffect(() => { dialog.current?.showModal(); }, []);
  return (
    <dialog ref={dialog} class="modal" aria-label={title} onClose={close}
      onPointerDown={(event) => { if (event.target === dialog.current) close(); }}>
      <div class="modal-body">
        <header>
          <h2>{title}</h2>
          <button type="button" class="icon-button" aria-label="Close" onClick={close}>×</button>
        </header>
        {children}
      </div>
    </dialog>
  );
}
