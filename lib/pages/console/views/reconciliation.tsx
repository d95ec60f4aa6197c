import type { Schemas } from '../../../client/index.ts';
import { AgeNote } from '../parts/age-note.tsx';
import { Charts } from '../parts/charts.tsx';
import { Heading } from '../parts/heading.tsx';
import { percentText } from '../parts/number-text.ts';
import { usePages } from '../parts/pages.tsx';
import { Status } from '../parts/status.tsx';
import { DataTable } from '../parts/table.tsx';
import { Moment } from '../parts/time.tsx';
import { durationText } from '../parts/time-text.ts';
import { useSession } from '../session.ts';
import { usePolled } from '../use-polled.ts';
import { hrefOf } from '../use-route.ts';
import type { ViewProps } from '../view.ts';
import { RunView } from './run.tsx';
import { scopeText } from './scope-text.ts';
import { StartRun } from './start-run.tsx';

type Run = Schemas['ReconciliationRun'];

/** The runs of reconciliation, or one of them. */
export const ReconciliationView = ({ parts: [id] }: ViewProps) =>
  id === undefined ? <RunTable /> : <RunView id={id} />;

function RunTable() {
  const { isOperator } = useSession();
  const { query, page, pager } = usePages();
  const runs = usePolled(`runs ${page}`, 10_000, (client, signal) =>
    client.listReconciliations({ limit: 25, ...query }, { signal }),
  );
  return (
    <>
      <Heading title="Reconciliation" />
      <AgeNote of={runs} />
      {runs.value !== undefined && (
        <>
          <DataTable
            caption="Runs, newest first"
            rows={runs.value.items}
            keyOf={({ id }) => id}
            empty="There was no run yet."
            columns={columns}
          />
          {pager(runs.value.next)}
        </>
      )}
      {isOperator && <StartRun onDone={runs.again} />}
      <Charts of={['truth']} only={['coverage', 'missed', 'unproved']} />
    </>
  );
}

const columns = [
  {
    title: 'Began',
    cell: (run: Run) => (
      <a href={hrefOf('reconciliation', run.id)}>
        <Moment at={run.startedAt} />
      </a>
    ),
  },
  { title: 'Of', cell: ({ scope, dryRun }: Run) => `${scopeText(scope)}${dryRun ? ', changes nothing' : ''}` },
  { title: 'By', cell: ({ requestedBy, startedBy }: Run) => requestedBy ?? startedBy },
  {
    title: 'Status',
    cell: ({ status, reason }: Run) => (
      <>
        <Status of={status} />
        {reason !== null && <div>{reason}</div>}
      </>
    ),
  },
  { title: 'Took', cell: ({ milliseconds }: Run) => durationText(milliseconds / 1_000), isNumber: true },
  {
    title: 'Compared within a day',
    cell: ({ coverage }: Run) => coverage && percentText(coverage.share),
    isNumber: true,
  },
];
