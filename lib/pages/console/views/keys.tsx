import type { Schemas } from '../../../client/index.ts';
import { AgeNote } from '../parts/age-note.tsx';
import { Confirm } from '../parts/confirm.tsx';
import { DeedOutcome } from '../parts/deed-outcome.tsx';
import { Heading } from '../parts/heading.tsx';
import { usePages } from '../parts/pages.tsx';
import { Status } from '../parts/status.tsx';
import { DataTable } from '../parts/table.tsx';
import { Moment } from '../parts/time.tsx';
import { Short } from '../parts/value.tsx';
import { useSession } from '../session.ts';
import { useDeed } from '../use-deed.ts';
import { usePolled } from '../use-polled.ts';
import { NewKeyForm } from './new-key.tsx';
import { ShownOnce, useShownOnce } from './shown-once.tsx';

type Listed = Schemas['KeyList']['items'][number];

/** The API keys: which there are, and making, replacing and revoking them. */
export function KeysView() {
  const { isOperator } = useSession();
  const { query, page, pager } = usePages();
  const keys = usePolled(`keys ${page}`, 15_000, (client, signal) =>
    client.listKeys({ limit: 50, ...query }, { signal }),
  );
  const deed = useDeed();
  const made = useShownOnce();
  const rotate = async (id: string): Promise<void> => {
    await deed.run(async (client) => {
      const { key } = await client.rotateKey({ id });
      made.show(key);
      return 'A new key was made. The old one works for another day.';
    });
    keys.again();
  };
  const revoke = async (id: string): Promise<void> => {
    await deed.run(async (client) => {
      await client.revokeKey({ id });
      return `The key ${id} was revoked: it is refused everywhere within a minute.`;
    });
    keys.again();
  };
  const deeds = {
    title: 'Do',
    cell: (one: Listed) =>
      isReadable(one) &&
      one.status === 'active' && (
        <span class="buttons">
          {one.replacedBy === null && (
            <Confirm
              label="Rotate"
              of={one.name}
              question={`Make a new key in place of "${one.name}"?`}
              isBusy={deed.isBusy}
              onYes={() => void rotate(one.id)}
            >
              <p>The old key works for another day.</p>
            </Confirm>
          )}
          <Confirm
            label="Revoke"
            of={one.name}
            question={`Revoke "${one.name}" for good?`}
            isBusy={deed.isBusy}
            isBad
            onYes={() => void revoke(one.id)}
          >
            <p>Every caller that uses it is refused within a minute.</p>
          </Confirm>
        </span>
      ),
  };
  return (
    <>
      <Heading title="API keys" />
      <AgeNote of={keys} />
      <DeedOutcome of={deed} />
      <ShownOnce what="key" of={made} />
      {keys.value !== undefined && (
        <>
          <DataTable
            caption="Keys, newest first"
            rows={keys.value.items}
            keyOf={({ id }) => id}
            empty="There is no key yet."
            columns={isOperator ? [...columns, deeds] : columns}
          />
          {pager(keys.value.next)}
        </>
      )}
      {isOperator && (
        <NewKeyForm
          onMade={(key) => {
            made.show(key);
            keys.again();
          }}
        />
      )}
    </>
  );
}

const isReadable = (one: Listed): one is Schemas['Key'] => !('unreadable' in one);

const columns = [
  {
    title: 'Name',
    cell: (one: Listed) => (isReadable(one) ? one.name : 'unreadable: its row was changed outside the service'),
  },
  { title: 'Id', cell: (one: Listed) => <code>{one.id}</code> },
  {
    title: 'Status',
    cell: (one: Listed) => <Status of={one.status} grade={one.status === 'active' ? 'good' : 'plain'} />,
  },
  { title: 'Roles', cell: (one: Listed) => isReadable(one) && one.roles.join(', ') },
  {
    title: 'Made',
    cell: (one: Listed) =>
      isReadable(one) && (
        <>
          <Moment at={one.createdAt} /> by <Short of={one.createdBy} />
        </>
      ),
  },
  {
    title: 'Ends',
    cell: (one: Listed) =>
      isReadable(one) &&
      (one.revokedAt !== null ? (
        <>
          revoked <Moment at={one.revokedAt} />
        </>
      ) : one.expiresAt === null ? (
        'never'
      ) : (
        <Moment at={one.expiresAt} />
      )),
  },
  { title: 'Note', cell: (one: Listed) => isReadable(one) && one.note },
];
