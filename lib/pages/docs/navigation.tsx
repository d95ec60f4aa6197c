import { useState } from 'preact/hooks';
import type { OperationGroup } from '../open-api.ts';

/** All operations by subject. On a narrow screen the list is behind a button, until a filter has made it short. */
export function Navigation({
  groups,
  filter,
  onFilter,
  current,
}: {
  readonly groups: readonly OperationGroup[];
  readonly filter: string;
  readonly onFilter: (filter: string) => void;
  readonly current: string;
}) {
  const [isOpen, setOpen] = useState(false);
  const count = groups.reduce((sum, { operations }) => sum + operations.length, 0);
  return (
    <nav class="operations" aria-label="Operations">
      <label class="field">
        <span>Filter</span>
        <input
          type="search"
          placeholder="asset history"
          value={filter}
          onInput={(event) => {
            onFilter(event.currentTarget.value);
            setOpen(event.currentTarget.value.trim() !== '');
          }}
        />
      </label>
      <p class="quiet" role="status">
        {count} {count === 1 ? 'operation' : 'operations'}
      </p>
      <button type="button" class="list-button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        {isOpen ? 'Hide the list' : 'Show the list'}
      </button>
      <div class={isOpen ? 'list open' : 'list'}>
        {groups.map(({ name, operations }) => (
          <div key={name}>
            <p class="group">{name}</p>
            <ul>
              {operations.map(({ operationId, method, summary }) => (
                <li key={operationId}>
                  <a
                    href={`#${operationId}`}
                    aria-current={current === operationId ? 'true' : undefined}
                    onClick={() => setOpen(false)}
                  >
                    <span class={`method ${method.toLowerCase()}`}>{method}</span> {summary}
                  </a>
                </li>
              ))}
            </ul>
          </div>
        ))}
      </div>
    </nav>
  );
}
