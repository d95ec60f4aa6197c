import type { Schemas } from '../../../client/index.ts';
import { AgeNote } from '../parts/age-note.tsx';
import { numberText } from '../parts/number-text.ts';
import { usePages } from '../parts/pages.tsx';
import { Moment } from '../parts/time.tsx';
import { Value } from '../parts/value.tsx';
import { usePolled } from '../use-polled.ts';
import { checkEntry, type DigestVerdict } from './check-entry.ts';
import { historyOf } from './history-of.ts';

type Entry = Schemas['History']['entries'][number];

interface HistoryProps {
  readonly kind: string;
  readonly id: string;
}

/** The changes of a record, newest first. The service checks the trail, and this page makes each digest anew. */
export function HistoryList({ kind, id }: HistoryProps) {
  const { query, page, pager } = usePages();
  const history = usePolled(`${kind} ${id} ${page}`, 15_000, async (client, signal) => {
    const found = await historyOf(client, kind, id, { limit: 20, ...query }, signal);
    const verdicts = await Promise.all(found.entries.map((entry) => checkEntry(found.ref, entry)));
    return { ...found, verdicts };
  });
  const { value } = history;
  return (
    <section>
      <h2>History</h2>
      <AgeNote of={history} />
      {value !== undefined && (
        <>
          <p role="status">{summaryOf(value.entries, value.problems, value.verdicts)}</p>
          {value.problems.length > 0 && (
            <ul class="old">
              {value.problems.map(({ sequence, problem }) => (
                <li key={sequence + problem}>
                  Entry {sequence}: {problem}
                </li>
              ))}
            </ul>
          )}
          <ol class="timeline">
            {value.entries.map((entry, at) => (
              <Change key={entry.sequence} entry={entry} verdict={value.verdicts[at] ?? 'unchecked'} />
            ))}
          </ol>
          {pager(value.next)}
        </>
      )}
    </section>
  );
}

function summaryOf(
  entries: readonly Entry[],
  problems: readonly unknown[],
  verdicts: readonly DigestVerdict[],
): string {
  if (entries.length === 0 && problems.length === 0) return 'It has no history: it was not stored yet.';
  const broken = verdicts.filter((verdict) => verdict === 'broken').length;
  if (broken > 0 || problems.length > 0) return 'The trail does not hold: see what is marked.';
  const isChecked = verdicts.every((verdict) => verdict === 'holds');
  return isChecked
    ? 'The trail holds. Each digest was made anew on this page.'
    : 'The service finds the trail whole. This page could not make every digest anew.';
}

const digestTexts = {
  holds: 'digest holds',
  broken: 'digest does not match',
  unchecked: 'digest not checked here',
} as const;

function Change({ entry, verdict }: { readonly entry: Entry; readonly verdict: DigestVerdict }) {
  const fields = [...new Set([...Object.keys(entry.before ?? {}), ...Object.keys(entry.after ?? {})])];
  return (
    <li class={verdict === 'broken' ? 'bad' : undefined}>
      <p>
        <strong>
          {entry.sequence}. {entry.cause}
        </strong>{' '}
        by {entry.actor}, <Moment at={entry.timestamp} />, block {numberText(entry.block.height)}
      </p>
      <p class={verdict === 'broken' ? 'old' : 'quiet'}>
        {digestTexts[verdict]}: <code class="value">{entry.digest}</code>
      </p>
      <details open={entry.before !== null && fields.length <= 2}>
        <summary>
          {entry.before === null ? 'First value' : entry.after === null ? 'Gone' : `Changed: ${fields.join(', ')}`}
        </summary>
        {fields.map((field) => (
          <div class="pair" key={field}>
            <h3>{field}</h3>
            <div>
              <h4>Before</h4>
              <Value of={entry.before?.[field] ?? null} />
            </div>
            <div>
              <h4>After</h4>
              <Value of={entry.after?.[field] ?? null} />
            </div>
          </div>
        ))}
      </details>
    </li>
  );
}
