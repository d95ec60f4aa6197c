import type { Schemas } from '../../../client/index.ts';
import { AgeNote } from '../parts/age-note.tsx';
import { Confirm } from '../parts/confirm.tsx';
import { DeedOutcome } from '../parts/deed-outcome.tsx';
import { Facts } from '../parts/facts.tsx';
import { Heading } from '../parts/heading.tsx';
import { numberText, percentText } from '../parts/number-text.ts';
import { Status } from '../parts/status.tsx';
import { DataTable } from '../parts/table.tsx';
import { Moment } from '../parts/time.tsx';
import { durationText } from '../parts/time-text.ts';
import { Short } from '../parts/value.tsx';
import { useSession } from '../session.ts';
import { useDeed } from '../use-deed.ts';
import { usePolled } from '../use-polled.ts';
import { hrefOf } from '../use-route.ts';
import { OpenReport } from './open-report.tsx';
import { scopeText } from './scope-text.ts';

type Report = Schemas['ReconciliationReport'];

/** One run with its findings, what to do about them, and the way to its report as a page of its own. */
export function RunView({ id }: { readonly id: string }) {
  const { isOperator } = useSession();
  const run = usePolled(id, 5_000, (client, signal) => client.getReconciliation({ id }, { signal }));
  const deed = useDeed();
  const { value } = run;
  const cancel = async (): Promise<void> => {
    await deed.run(async (client) => {
      await client.cancelReconciliation({ id });
      return 'The run was cancelled. Its findings and corrections so far stay.';
    });
    run.again();
  };
  return (
    <>
      <p>
        <a href={hrefOf('reconciliation')}>All runs</a>
      </p>
      <Heading title="Reconciliation" {...(value !== undefined && { about: scopeText(value.scope) })} />
      <AgeNote of={run} />
      {value !== undefined && (
        <>
          <Summary report={value} />
          {isOperator && value.status === 'running' && (
            <Confirm
              label="Cancel the run"
              question="End this run where it is?"
              isBusy={deed.isBusy}
              isBad
              onYes={() => void cancel()}
            />
          )}
          <DeedOutcome of={deed} />
          <OpenReport run={id} />
          <Advice report={value} />
          <Findings report={value} />
          <Samples report={value} />
        </>
      )}
    </>
  );
}

const Summary = ({ report }: { readonly report: Report }) => (
  <Facts
    of={[
      ['Status', <Status key="status" of={report.status} />],
      ['Why it ended', report.reason ?? undefined],
      ['Began', <Moment key="began" at={report.startedAt} />],
      ['By', report.requestedBy ?? report.startedBy],
      ['Changes records', report.dryRun ? 'no' : 'yes'],
      ['Compared at block', report.block && numberText(report.block.height)],
      ['Progress', `${report.progress.done} of ${report.progress.shards} shards`],
      ['Records', numberText(report.records)],
      ['Calls to nodes', `${numberText(report.calls)} of ${numberText(report.callsAllowed)}`],
      ['Took', durationText(report.milliseconds / 1_000)],
      ['Compared within a day', report.coverage === null ? undefined : percentText(report.coverage.share)],
    ]}
  />
);

const Advice = ({ report: { recommendations, advice, notes, status } }: { readonly report: Report }) => (
  <section>
    <h2>What to do</h2>
    {recommendations.length === 0 ? (
      <p>{status === 'running' ? 'Nothing so far.' : 'Nothing.'}</p>
    ) : (
      <ol>
        {recommendations.map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ol>
    )}
    {advice.map(({ text }) => (
      <p key={text}>{text}</p>
    ))}
    {notes.map((text) => (
      <p key={text} class="quiet">
        {text}
      </p>
    ))}
  </section>
);

const Findings = ({ report }: { readonly report: Report }) => (
  <DataTable
    caption="Records by finding"
    rows={[['all', report.counts] as const, ...Object.entries(report.byKind)]}
    keyOf={([kind]) => kind}
    empty=""
    columns={[
      { title: 'Kind', cell: ([kind]) => kind },
      ...(
        ['match', 'behind', 'missed', 'conflict', 'unverifiable', 'skipped', 'fixed', 'review', 'unfixed'] as const
      ).map((name) => ({
        title: name,
        cell: ([, counts]: readonly [string, Report['counts']]) => numberText(counts[name]),
        isNumber: true,
      })),
    ]}
  />
);

const Samples = ({ report }: { readonly report: Report }) => (
  <DataTable
    caption="Examples"
    rows={report.samples.filter(({ finding }) => finding !== 'match')}
    keyOf={({ ref, finding }) => ref.kind + ref.id + finding}
    empty="No record differs."
    columns={[
      {
        title: 'Record',
        cell: ({ ref, paths }) => {
          const name = <Short of={`${ref.kind} ${ref.id}`} />;
          return paths === null ? name : <a href={hrefOf('records', ref.kind, ref.id)}>{name}</a>;
        },
      },
      { title: 'Finding', cell: ({ finding }) => <Status of={finding} /> },
      { title: 'Why', cell: ({ problems }) => problems.map(({ check, problem }) => `${check}: ${problem}`).join('; ') },
      { title: 'What became of it', cell: ({ outcome }) => outcome?.replaceAll('-', ' ') },
      {
        title: 'Conflict',
        cell: ({ conflict }) => conflict !== null && <a href={hrefOf('conflicts', conflict)}>Open</a>,
      },
    ]}
  />
);
