import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { Dialog } from './dialog.tsx';

interface ConfirmProps {
  /** On the button that asks, and on the one that does it. */
  readonly label: string;
  readonly question: string;
  readonly isBusy: boolean;
  readonly isBad?: boolean;
  readonly onYes: () => void;
  readonly children?: ComponentChildren;
}

/** A button whose deed is done once it has been confirmed. */
export function Confirm({ label, question, isBusy, isBad = false, onYes, children }: ConfirmProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        class={isBad ? 'bad' : undefined}
        aria-disabled={isBusy}
        onClick={() => !isBusy && setOpen(true)}
      >
        {label}
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
              {label}
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
