import { Dialog } from './dialog.tsx';

interface HelpProps {
  /** Keys and what they do. */
  readonly keys: readonly (readonly [key: string, does: string])[];
  readonly hasShortcuts: boolean;
  readonly onToggle: (isOn: boolean) => void;
  readonly onClose: () => void;
}

/** The keys of the console, and whether they count. */
export function Help({ keys, hasShortcuts, onToggle, onClose }: HelpProps) {
  return (
    <Dialog title="Shortcuts" onClose={onClose}>
      <dl class="keys">
        {keys.map(([key, does]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <p>
        <label>
          <input type="checkbox" checked={hasShortcuts} onChange={(event) => onToggle(event.currentTarget.checked)} />{' '}
          Shortcuts are on
        </label>
      </p>
      <button type="button" onClick={onClose}>
        Close
      </button>
    </Dialog>
  );
}
