import type { Schemas } from '../../../client/index.ts';
import { proofInWords } from '../../proof-in-words.ts';
import { AgeNote } from '../parts/age-note.tsx';
import { Facts } from '../parts/facts.tsx';
import { Heading } from '../parts/heading.tsx';
import { numberText } from '../parts/number-text.ts';
import { Status } from '../parts/status.tsx';
import { DataTable } from '../parts/table.tsx';
import { Moment } from '../parts/time.tsx';
import { Short, Value } from '../parts/value.tsx';
import { useSession } from '../session.ts';
import { usePolled } from '../use-polled.ts';
import { hrefOf } from '../use-route.ts';
import { DecideForm } from './decide.tsx';

type Conflict = Schemas['Conflict'];

/** One conflict: both values, what each node says, and the decision. */
export function ConflictView({ id }: { readonly id: string }) {
  const { isOperator } = useSession();
  const conflict = usePolled(id, 5_000, (client, signal) => client.getConflict({ id }, { signal }));
  const { value } = conflict;
  return (
    <>
      <p>
        <a href={hrefOf('conflicts')}>All conflicts</a>
      </p>
      <Heading title="Conflict" {...(value !== undefined && { about: value.ref.kind })} />
      <AgeNote of={conflict} />
      {value !== undefined && (
        <>
          <p>{value.explanation}</p>
          <About conflict={value} />
          <Values conflict={value} />
          <Evidence conflict={value} />
          {value.decision !== null && <Decided decision={value.decision} />}
          {isOperator && <DecideForm conflict={value} onDone={conflict.again} />}
        </>
      )}
    </>
  );
}

const About = ({ conflict }: { readonly conflict: Conflict }) => (
  <Facts
    of={[
      ['Status', <Status key="status" of={conflict.status} />],
      [
        'Record',
        <a key="record" href={hrefOf('records', conflict.ref.kind, conflict.ref.id)}>
          <Short of={conflict.ref.id} />
        </a>,
      ],
      ['What', conflict.class.replaceAll('-', ' ')],
      ['Opened', <Moment key="opened" at={conflict.openedAt} />],
      ['Opened by', conflict.openedBy ?? 'the service'],
      ['Owner', conflict.owner ?? undefined],
      ['Decide by', conflict.deadline === null ? undefined : <Moment at={conflict.deadline} />],
      ['Resolved', conflict.resolvedAt === null ? undefined : <Moment at={conflict.resolvedAt} />],
    ]}
  />
);

const Values = ({ conflict }: { readonly conflict: Conflict }) => (
  <section>
    <h2>Both values</h2>
    {conflict.fields.map(({ field, database, chain, resolution }) => (
      <div class="pair" key={field}>
        <h3>
          {field} <span class="quiet">{resolution === 'review' ? 'a person decides' : 'the chain wins'}</span>
        </h3>
        <div>
          <h4>Database</h4>
          <Value of={database} />
        </div>
        <div>
          <h4>Chain</h4>
          <Value of={chain} />
        </div>
      </div>
    ))}
  </section>
);

const says = {
  chain: 'confirms the chain’s value',
  database: 'confirms the database’s value',
  neither: 'has a third value',
  nothing: 'did not answer',
} as const;

const Evidence = ({ conflict }: { readonly conflict: Conflict }) => (
  <section>
    <h2>Evidence</h2>
    <p>
      At block {numberText(conflict.block.height)},{' '}
      <code>
        <Short of={conflict.block.hash} />
      </code>
      , of <Moment at={conflict.block.timestamp} />:
    </p>
    <DataTable
      caption="What each node answered"
      hidesCaption
      rows={conflict.evidence}
      keyOf={({ node }) => node}
      empty="No node was asked."
      columns={[
        { title: 'Node', cell: ({ node }) => node },
        { title: 'At this block it', cell: (one) => says[one.says] },
      ]}
    />
    {conflict.proof !== null && <p>The chain’s side is {proofInWords(conflict.proof)}.</p>}
  </section>
);

const Decided = ({ decision }: { readonly decision: NonNullable<Conflict['decision']> }) => (
  <section>
    <h2>Decision</h2>
    <Facts
      of={[
        [
          'Decision',
          { chain: 'the chain’s value was stored', database: 'the database’s value was kept', dismiss: 'dismissed' }[
            decision.decision
          ],
        ],
        ['By', decision.by ?? decision.reviewer],
        ['Name given', decision.reviewer],
        ['Note', decision.note ?? undefined],
        ['When', <Moment key="at" at={decision.at} />],
      ]}
    />
  </section>
);
