import { useState } from 'preact/hooks';
import type { Schemas } from '../../../client/index.ts';
import { pageNow } from '../../clock.ts';
import { AgeNote } from '../parts/age-note.tsx';
import { Facts } from '../parts/facts.tsx';
import { TextField } from '../parts/field.tsx';
import { Heading } from '../parts/heading.tsx';
import { numberText } from '../parts/number-text.ts';
import { usePages } from '../parts/pages.tsx';
import { DataTable } from '../parts/table.tsx';
import { Moment } from '../parts/time.tsx';
import { Short } from '../parts/value.tsx';
import { usePolled } from '../use-polled.ts';
import { hrefOf } from '../use-route.ts';
import { AuditDownload } from './audit-download.tsx';
import { recordKinds } from './record-kinds.ts';

type Entry = Schemas['AuditReport']['entries'][number];

const dayAfter = (day: string, days: number): string =>
  new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);

/** Every change of a span of days, and whether the trails hold. */
export function AuditView() {
  const today = new Date(pageNow()).toISOString().slice(0, 10);
  const [from, setFrom] = useState(today);
  const [through, setThrough] = useState(today);
  const [span, setSpan] = useState({ from: today, until: dayAfter(today, 1) });
  const { query, page, begin, pager } = usePages();
  const report = usePolled(`${span.from} ${span.until} ${page}`, 60_000, (client, signal) =>
    client.getAuditReport({ ...span, ...query }, { signal }),
  );
  const { value } = report;
  return (
    <>
      <Heading title="Audit" />
      <form
        class="row"
        onSubmit={(event) => {
          event.preventDefault();
          begin();
          setSpan({ from, until: dayAfter(through, 1) });
        }}
      >
        <TextField label="From the day" type="date" value={from} onValue={setFrom} isRequired />
        <TextField label="Through the day" type="date" value={through} onValue={setThrough} isRequired />
        <button type="submit">Show</button>
      </form>
      <p class="quiet">Days are those of UTC; at most 31.</p>
      <AgeNote of={report} />
      {value !== undefined && (
        <>
          <Trails summary={value.summary} />
          <AuditDownload key={span.from + span.until} {...span} />
          <DataTable
            caption={`Entries, oldest first: page ${page + 1}`}
            rows={brokenFirst(value.entries)}
            keyOf={(one) => one.kind + one.id + one.sequence + one.digest}
            empty="Nothing was changed in these days."
            columns={columns}
          />
          {pager(value.next)}
        </>
      )}
    </>
  );
}

const brokenFirst = (entries: readonly Entry[]): readonly Entry[] => [
  ...entries.filter(({ problem }) => problem !== null),
  ...entries.filter(({ problem }) => problem === null),
];

const Trails = ({ summary }: { readonly summary: Schemas['AuditReport']['summary'] }) => (
  <section class={`verdict ${summary.chainsWhole ? 'good' : 'bad'}`}>
    <h2>
      {summary.chainsWhole
        ? 'The trails of this page are whole'
        : `${summary.brokenTrails} of the trails of this page do not hold`}
    </h2>
    {summary.firstBroken !== null && (
      <p>
        First: {summary.firstBroken.ref.kind} <Short of={summary.firstBroken.ref.id} />, entry{' '}
        {summary.firstBroken.sequence}: {summary.firstBroken.problem}
      </p>
    )}
    <Facts
      of={[
        ['Entries', numberText(summary.entries)],
        ['Trails', numberText(summary.trails)],
        [
          'By cause',
          Object.entries(summary.byCause)
            .map(([cause, count]) => `${cause} ${count}`)
            .join(', ') || 'none',
        ],
        [
          'By kind',
          Object.entries(summary.byKind)
            .map(([kind, count]) => `${kind} ${count}`)
            .join(', ') || 'none',
        ],
      ]}
    />
  </section>
);

const linkOf = ({ kind, id }: Entry): string | undefined =>
  recordKinds.some((one) => one === kind)
    ? hrefOf('records', kind, id)
    : kind === 'conflict'
      ? hrefOf('conflicts', id)
      : undefined;

const columns = [
  { title: 'When', cell: ({ timestamp }: Entry) => <Moment at={timestamp} /> },
  {
    title: 'What',
    cell: (entry: Entry) => {
      const href = linkOf(entry);
      const name = <Short of={`${entry.kind} ${entry.id}`} />;
      return href === undefined ? name : <a href={href}>{name}</a>;
    },
  },
  { title: 'Entry', cell: ({ sequence }: Entry) => sequence, isNumber: true },
  { title: 'Cause', cell: ({ cause }: Entry) => cause },
  { title: 'Actor', cell: ({ actor }: Entry) => actor },
  { title: 'Fields', cell: ({ fields }: Entry) => fields.join(', ') },
  { title: 'Block', cell: ({ blockHeight }: Entry) => blockHeight, isNumber: true },
  {
    title: 'Trail',
    cell: ({ problem }: Entry) => (problem === null ? 'holds' : <strong class="old">{problem}</strong>),
  },
];
