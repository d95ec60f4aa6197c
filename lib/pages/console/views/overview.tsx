import type { Schemas } from '../../../client/index.ts';
import { AgeNote } from '../parts/age-note.tsx';
import { Charts } from '../parts/charts.tsx';
import { Heading } from '../parts/heading.tsx';
import { Status } from '../parts/status.tsx';
import { DataTable } from '../parts/table.tsx';
import { Moment, Since } from '../parts/time.tsx';
import { usePolled } from '../use-polled.ts';
import { Figures } from './figures.tsx';
import { overviewEveryMs } from './overview-period.ts';
import { ProblemList } from './problem-list.tsx';
import { problemsOf } from './problems.ts';

/** What is wrong and what to do first; then how much of everything there is. */
export function OverviewView() {
  const health = usePolled('health', overviewEveryMs, (client, signal) => client.getHealth({}, { signal }));
  const { value } = health;
  return (
    <>
      <Heading title="Overview" />
      <AgeNote of={health} />
      {health.error !== undefined && <NoAnswer detail={health.error.message} />}
      {value !== undefined && <Verdict health={value} />}
      <Figures />
      {value !== undefined && <Parts health={value} />}
      <Charts of={['store']} />
    </>
  );
}

const NoAnswer = ({ detail }: { readonly detail: string }) => (
  <section class="verdict bad">
    <h2>The service does not answer</h2>
    <p>{detail}</p>
    <p>
      What to do: see whether its functions run and whether this machine reaches it. What stands below is from before.
    </p>
  </section>
);

function Verdict({ health }: { readonly health: Schemas['Health'] }) {
  const problems = problemsOf(health);
  const grade =
    problems.length === 0 ? 'good' : health.status === 'down' || problems[0]?.reason.status === 'down' ? 'bad' : 'warn';
  return (
    <section class={`verdict ${grade}`} aria-labelledby="verdict">
      <h2 id="verdict">
        {problems.length === 0
          ? 'Nothing is wrong'
          : `${problems.length === 1 ? 'One thing is' : `${problems.length} things are`} wrong`}
      </h2>
      <ProblemList problems={problems} />
      {health.limited !== null && health.limited.length > 0 && <Limited callers={health.limited} />}
    </section>
  );
}

const Limited = ({ callers }: { readonly callers: NonNullable<Schemas['Health']['limited']> }) => (
  <DataTable
    caption="Callers who have nothing left of their limits"
    rows={callers}
    keyOf={({ caller, policy }) => caller + policy}
    empty=""
    columns={[
      { title: 'Caller', cell: ({ caller }) => <code>{caller}</code> },
      { title: 'Limit', cell: ({ policy }) => (policy === 'requests' ? 'requests' : 'reads of the chain') },
      { title: 'Until', cell: ({ until }) => <Moment at={until} /> },
    ]}
  />
);

const Parts = ({ health }: { readonly health: Schemas['Health'] }) => (
  <section>
    <h2>Parts of the service</h2>
    <DataTable
      caption="Each part and its state"
      hidesCaption
      rows={Object.entries(health.components)}
      keyOf={([name]) => name}
      empty=""
      columns={[
        { title: 'Part', cell: ([name]) => name },
        { title: 'State', cell: ([, { status }]) => <Status of={status} /> },
        { title: 'For', cell: ([, { since }]) => (since === null ? '' : <Since at={since} />) },
        { title: 'Reasons', cell: ([, { reasons }]) => reasons.length || '', isNumber: true },
      ]}
    />
  </section>
);
