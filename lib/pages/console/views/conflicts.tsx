import { useState } from 'preact/hooks';
import type { Schemas } from '../../../client/index.ts';
import { AgeNote } from '../parts/age-note.tsx';
import { Charts } from '../parts/charts.tsx';
import { Choice } from '../parts/field.tsx';
import { Heading } from '../parts/heading.tsx';
import { Status } from '../parts/status.tsx';
import { DataTable } from '../parts/table.tsx';
import { Moment } from '../parts/time.tsx';
import { Short } from '../parts/value.tsx';
import { usePolled } from '../use-polled.ts';
import { hrefOf } from '../use-route.ts';
import type { ViewProps } from '../view.ts';
import { ConflictView } from './conflict.tsx';

type Listed = Schemas['ConflictList']['items'][number];
type Chosen = 'unresolved' | 'awaiting-review' | 'open' | 'resolved';

/** The conflicts of a status, or one of them. */
export const ConflictsView = ({ parts: [id] }: ViewProps) =>
  id === undefined ? <ConflictTable /> : <ConflictView id={id} />;

const mostShown = 50;

function ConflictTable() {
  const [status, setStatus] = useState<Chosen>('unresolved');
  const list = usePolled(status, 10_000, (client, signal) =>
    client.listConflicts({ limit: mostShown, ...(status !== 'unresolved' && { status }) }, { signal }),
  );
  return (
    <>
      <Heading title="Conflicts" />
      <AgeNote of={list} />
      <Choice
        label="Show"
        value={status}
        onValue={setStatus}
        options={[
          ['unresolved', 'Not resolved'],
          ['awaiting-review', 'For a person to decide'],
          ['open', 'Being resolved by the service'],
          ['resolved', 'Resolved'],
        ]}
      />
      {list.value !== undefined && (
        <DataTable
          caption={list.value.next === null ? 'Conflicts, newest first' : `The newest ${mostShown} conflicts`}
          rows={list.value.items}
          keyOf={({ id }) => id}
          empty="There is no such conflict."
          columns={columns}
        />
      )}
      <Charts of={['truth']} only={['conflicts']} />
    </>
  );
}

const isReadable = (one: Listed): one is Schemas['Conflict'] => !('unreadable' in one);

const columns = [
  {
    title: 'Record',
    cell: (one: Listed) => (
      <a href={hrefOf('conflicts', one.id)}>
        {isReadable(one) ? <Short of={`${one.ref.kind} ${one.ref.id}`} /> : <Short of={one.id} />}
      </a>
    ),
  },
  { title: 'Status', cell: (one: Listed) => <Status of={one.status} /> },
  { title: 'What', cell: (one: Listed) => (isReadable(one) ? one.class.replaceAll('-', ' ') : one.explanation) },
  {
    title: 'Fields',
    cell: (one: Listed) => (isReadable(one) ? one.fields.map(({ field }) => field).join(', ') : 'unreadable'),
  },
  { title: 'Opened', cell: (one: Listed) => (isReadable(one) ? <Moment at={one.openedAt} /> : 'unknown') },
  {
    title: 'Decide by',
    cell: (one: Listed) => (isReadable(one) && one.deadline !== null ? <Moment at={one.deadline} /> : ''),
  },
];
