import type { Schemas } from '../../../client/index.ts';
import { AgeNote } from '../parts/age-note.tsx';
import { Charts } from '../parts/charts.tsx';
import { Heading } from '../parts/heading.tsx';
import { numberText, percentText } from '../parts/number-text.ts';
import { Status } from '../parts/status.tsx';
import { DataTable } from '../parts/table.tsx';
import { Moment, Since } from '../parts/time.tsx';
import { durationText } from '../parts/time-text.ts';
import { usePolled } from '../use-polled.ts';
import { ProblemList } from './problem-list.tsx';
import { problemsOf } from './problems.ts';

type Upstream = Schemas['Upstream'];

/** The nodes, as the process that answers sees them. */
export function NodesView() {
  const health = usePolled('health', 5_000, (client, signal) => client.getHealth({}, { signal }));
  const { value } = health;
  const nodes = value?.components.nodes.upstreams ?? [];
  const problems =
    value === undefined
      ? []
      : problemsOf(value).filter(({ component }) => component === 'nodes' || component === 'chain');
  return (
    <>
      <Heading title="Nodes" />
      <AgeNote of={health} />
      {problems.length > 0 && (
        <section class="verdict warn">
          <h2>What is wrong</h2>
          <ProblemList problems={problems} here="nodes" />
        </section>
      )}
      {value !== undefined && (
        <>
          <p>
            Network <strong>{value.components.chain.network}</strong>
            {value.components.chain.stalled ? ': no node that answers has a new block.' : '.'}
          </p>
          <DataTable
            caption="Nodes now, as one process sees them"
            rows={nodes}
            keyOf={({ name }) => name}
            empty="No node is configured."
            columns={columns}
          />
        </>
      )}
      <Charts of={['nodes']} />
    </>
  );
}

const columns = [
  { title: 'Node', cell: ({ name, operator }: Upstream) => (operator === null ? name : `${name} (${operator})`) },
  { title: 'State', cell: stateOf },
  { title: 'Height', cell: ({ height }: Upstream) => numberText(height), isNumber: true },
  { title: 'Lowest block', cell: ({ lowestBlock }: Upstream) => numberText(lowestBlock), isNumber: true },
  {
    title: 'Latency, median / 95th',
    cell: ({ latencyMs }: Upstream) =>
      latencyMs === null ? 'too few calls' : `${Math.round(latencyMs.p50)} / ${Math.round(latencyMs.p95)} ms`,
    isNumber: true,
  },
  {
    title: 'Failed calls',
    cell: ({ errorShare }: Upstream) => (errorShare === null ? 'too few calls' : percentText(errorShare)),
    isNumber: true,
  },
  { title: 'Breaker', cell: breakerOf },
  {
    title: 'Calls per second',
    cell: ({ callsPerSecond }: Upstream) => (callsPerSecond === null ? 'no limit' : numberText(callsPerSecond)),
    isNumber: true,
  },
  {
    title: 'Does not serve',
    cell: ({ refuses }: Upstream) => (refuses.length === 0 ? 'nothing known' : refuses.join(', ')),
  },
];

function stateOf({ state, reason, since, standsStill, pausedMs }: Upstream) {
  return (
    <>
      <Status of={state} />
      {since !== null && (
        <>
          {' '}
          for <Since at={since} />
        </>
      )}
      {reason !== null && <div>{reason}</div>}
      {standsStill && <div>its newest block is old</div>}
      {pausedMs > 0 && <div>asks not to be called for {durationText(pausedMs / 1_000)}</div>}
    </>
  );
}

function breakerOf({ breaker, nextProbeAt }: Upstream) {
  return (
    <>
      <Status of={breaker} />
      {nextProbeAt !== null && (
        <div>
          next probe <Moment at={nextProbeAt} />
        </div>
      )}
    </>
  );
}
