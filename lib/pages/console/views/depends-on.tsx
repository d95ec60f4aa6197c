import { AgeNote } from '../parts/age-note.tsx';
import { Facts } from '../parts/facts.tsx';
import { numberText } from '../parts/number-text.ts';
import { Moment } from '../parts/time.tsx';
import { usePolled } from '../use-polled.ts';

interface DependsOnProps {
  readonly kind: string;
  readonly id: string;
}

/** What a record's value depends on, and how it is tracked. */
export function DependsOn({ kind, id }: DependsOnProps) {
  const stored = usePolled(`${kind} ${id}`, 15_000, (client, signal) =>
    client.getStoredRecord({ kind, id }, { signal }),
  );
  const { value, error } = stored;
  return (
    <section>
      <h2>What it depends on</h2>
      {error?.code === 'not_found' ? <p>There is no record of it.</p> : <AgeNote of={stored} />}
      {value !== undefined && (
        <>
          <Facts
            of={[
              ['Compared with the chain', <Moment key="checked" at={value.checkedAt} />],
              ['Tracked until', <Moment key="tracked" at={value.trackedUntil} />],
              ['Known to hold at most until', value.validUntil === null ? undefined : <Moment at={value.validUntil} />],
              ['Values it has had', numberText(value.sequence)],
              [
                'Shared state',
                value.dependsOn.shared.map(({ name, height }) => `${name} at block ${numberText(height)}`).join(', ') ||
                  'none',
              ],
            ]}
          />
          <details>
            <summary>
              {numberText(value.dependsOn.keys.length)} keys of the global state: a write to one of them may change it
            </summary>
            <ul>
              {value.dependsOn.keys.map((key) => (
                <li key={key}>
                  <code class="value">{key}</code>
                </li>
              ))}
            </ul>
          </details>
        </>
      )}
    </section>
  );
}
