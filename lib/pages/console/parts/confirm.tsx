import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { Dialog } from './dialog.tsx';

interface ConfirmProps {
  /** On the button that asks, and on the one that does it. */
  readonly label: string;
  /** What it is done to, for a screen reader, where the place says it to everyone else. */
  readonly of?: string;
  readonly question: string;
  readonly isBusy: boolean;
  readonly isBad?: boolean;
  readonly onYes: () => void;
  readonly children?: ComponentChildren;
}

/** A button whose deed is done once it has been confirmed. */
export function Confirm({ label, of, question, isBusy, isBad = false, onYes, children }: ConfirmProps) {
  const [isOpen, setOpen] = useState(false);
  const name = (
    <>
      {label}
      {of !== undefined && <span class="hidden"> {of}</span>}
    </>
  );
  return (
    <>
      <button
        type="button"
        class={isBad ? 'bad' : undefined}
        aria-disabled={isBusy}
        onClick={() => !isBusy && setOpen(true)}
      >
        {name}
      </button>
      {isOpen && (
        <Dialog title={question} onClose={() => setOpen(false)}>
          {children}
          <p class="buttons">
            <button
              type="button"
              class={isBad ? 'bad' : undefined}
              onClick={() => {
                setOpen(false);
                onYes();
              }}
            >
              {name}
            </button>
            <button type="button" onClick={() => setOpen(false)}>
              Cancel
            </button>
          </p>
        </Dialog>
      )}
    </>
  );
}
