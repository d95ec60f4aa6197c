import type { Schemas } from '../../../client/index.ts';
import { Facts } from '../parts/facts.tsx';
import { numberText } from '../parts/number-text.ts';
import { Status } from '../parts/status.tsx';
import { DataTable } from '../parts/table.tsx';
import { Moment } from '../parts/time.tsx';
import { Short } from '../parts/value.tsx';
import { hrefOf } from '../use-route.ts';
import { gradeOf, hopFacts, hopTitle, nodesOf, requestVerdict } from './hop-words.ts';

type Explanation = Schemas['Explanation'];
type Hop = Explanation['hops'][number];

/** One request: the verdict first, then each node, then every step in order. */
export function ExplanationView({ of }: { readonly of: Explanation }) {
  const verdict = requestVerdict(of);
  return (
    <>
      <section class={`verdict ${verdict.grade}`} aria-labelledby="verdict">
        <h2 id="verdict">{verdict.text}</h2>
        {of.detail !== null && <p>{of.detail}</p>}
        <Facts
          of={[
            ['Request', <code key="route">{of.route}</code>],
            ['Began', <Moment key="at" at={of.at} />],
            ['Answered after', `${numberText(of.tookMs)} ms`],
            [
              'Kept because it',
              { failed: 'failed', stale: 'was stale', sampled: 'was drawn as a sample' }[of.keptBecause],
            ],
          ]}
        />
      </section>
      <Nodes hops={of.hops} />
      <Steps of={of} />
    </>
  );
}

const Nodes = ({ hops }: { readonly hops: Explanation['hops'] }) => (
  <DataTable
    caption="What each node did"
    rows={nodesOf(hops)}
    keyOf={({ node }) => node}
    empty="No node was asked."
    columns={[
      { title: 'Node', cell: ({ node }) => node },
      { title: 'Answered', cell: ({ answered }) => numberText(answered), isNumber: true },
      { title: 'Did not', cell: ({ failed }) => numberText(failed), isNumber: true },
      { title: 'Slowest call', cell: ({ slowestMs }) => `${numberText(slowestMs)} ms`, isNumber: true },
      {
        title: 'Breaker',
        cell: ({ breaker }) =>
          breaker !== undefined && <Status of={breaker} grade={breaker === 'open' ? 'bad' : 'good'} />,
      },
      { title: 'Why not', cell: ({ why }) => why },
    ]}
  />
);

const Steps = ({ of: { hops, leftOut } }: { readonly of: Explanation }) => (
  <section>
    <h2>Each step</h2>
    {leftOut > 0 && (
      <p>There were many: {numberText(leftOut)} steps between the first 60 and the last 40 are left out.</p>
    )}
    <ol class="timeline">
      {hops.map((hop, at) => (
        <Step key={at} hop={hop} />
      ))}
    </ol>
  </section>
);

function Step({ hop }: { readonly hop: Hop }) {
  const [kind = '', ...rest] = hop.ref?.split('#') ?? [];
  return (
    <li>
      <p>
        <span class="quiet">{numberText(hop.at)} ms</span> <strong>{hopTitle(hop)}</strong>{' '}
        <Status of={hop.outcome.replaceAll('_', ' ')} grade={gradeOf(hop)} />
      </p>
      <p class="links">
        {hop.ref !== undefined && (
          <a href={hrefOf('records', kind, rest.join('#'))}>
            <Short of={`${kind} ${rest.join('#')}`} />
          </a>
        )}
        {hop.conflict !== undefined && <a href={hrefOf('conflicts', hop.conflict)}>Open the conflict</a>}
        {[hopFacts(hop), hop.why].filter((text) => text !== '' && text !== undefined).join('; ')}
      </p>
    </li>
  );
}
