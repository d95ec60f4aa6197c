import type { Schemas } from '../../../client/index.ts';
import { AgeNote } from '../parts/age-note.tsx';
import { Charts } from '../parts/charts.tsx';
import { Facts } from '../parts/facts.tsx';
import { Heading } from '../parts/heading.tsx';
import { countText, numberText } from '../parts/number-text.ts';
import { Status } from '../parts/status.tsx';
import { DataTable } from '../parts/table.tsx';
import { Moment, Since } from '../parts/time.tsx';
import { durationText } from '../parts/time-text.ts';
import { Short } from '../parts/value.tsx';
import { useSession } from '../session.ts';
import { usePolled } from '../use-polled.ts';
import { RewindForm } from './rewind.tsx';
import { SyncNow } from './sync-now.tsx';

type Tick = Schemas['Tick'];

/** How far sync is, what its last ticks did, and what an operator can do about it. */
export function SyncView() {
  const { isOperator } = useSession();
  const sync = usePolled('sync', 5_000, (client, signal) => client.getSync({}, { signal }));
  const { value } = sync;
  return (
    <>
      <Heading title="Sync" />
      <AgeNote of={sync} />
      {value !== undefined && (
        <>
          {value.stalled !== null && (
            <section class="verdict bad">
              <h2>
                Sync has not advanced for <Since at={value.stalled.since} />
              </h2>
              <p>
                <Short of={value.stalled.reason} />
              </p>
            </section>
          )}
          <Facts
            of={[
              ['Followed through block', value.cursor && numberText(value.cursor.height)],
              ['Newest block', value.tip && numberText(value.tip.height)],
              [
                'Behind the chain',
                value.lagSeconds === null
                  ? null
                  : `${durationText(value.lagSeconds)}, ${countText(value.lagBlocks, 'block')}`,
              ],
              ['Newest block seen', value.tip && <Moment at={value.tip.seenAt} />],
              [
                'Everything is compared again from block',
                value.reconcileFrom
                  ? `${numberText(value.reconcileFrom.height)}: ${value.reconcileFrom.reason}`
                  : undefined,
              ],
            ]}
          />
          {isOperator && (
            <>
              <SyncNow report={value} onDone={sync.again} />
              <RewindForm report={value} onDone={sync.again} />
            </>
          )}
          <DataTable
            caption="Last ticks, newest first"
            rows={value.lastTicks}
            keyOf={({ at }) => at}
            empty="There was no tick yet."
            columns={columns}
          />
        </>
      )}
      <Charts of={['sync']} />
      <p class="quiet">The lag over time is what each tick has left; the figure above counts until now.</p>
    </>
  );
}

const columns = [
  { title: 'Began', cell: ({ at }: Tick) => <Moment at={at} /> },
  {
    title: 'Blocks',
    cell: ({ from, to }: Tick) =>
      from === null ? 'none' : from === to ? numberText(from) : `${numberText(from)} to ${numberText(to)}`,
  },
  { title: 'Passed unseen', cell: ({ unseen }: Tick) => (unseen.length === 0 ? 'none' : unseen.join(', ')) },
  { title: 'Refreshed', cell: ({ refreshed }: Tick) => numberText(refreshed), isNumber: true },
  { title: 'Calls', cell: ({ calls }: Tick) => numberText(calls), isNumber: true },
  { title: 'Took', cell: ({ milliseconds }: Tick) => `${numberText(milliseconds)} ms`, isNumber: true },
  {
    title: 'Ended',
    cell: ({ stoppedBy, reason, stuckAt }: Tick) => (
      <>
        <Status of={stoppedBy} />
        {reason !== null && (
          <div>
            <Short of={reason} />
          </div>
        )}
        {stuckAt !== null && (
          <div>
            at <code>{stuckAt}</code>
          </div>
        )}
      </>
    ),
  },
];
