import { type AlarmDescription, minutes } from '../alarm.ts';
import { own, type Watched } from '../figure.ts';

const runbook = 'answers-say-sourcedatabase-or-503-chain_unavailable';

/** Do the nodes answer, and do they agree? */
export function nodeAlarms(watched: Watched): AlarmDescription[] {
  const { nodes } = watched;
  return [
    {
      id: 'no-healthy-node',
      level: 'page',
      means: 'No node is healthy: readers get labelled answers of the cache and the database, and later errors.',
      runbook,
      figure: { kind: 'metric', metric: own(watched, 'HealthyNodes', 'Minimum') },
      breaches: '<',
      threshold: 1,
      periodSeconds: minutes(1),
      periods: [2, 3],
      always: true,
    },
    ...(nodes.length > 1 ? [oneLeft(watched)] : []),
    ...nodes.flatMap((node) => [failing(node, watched), throttled(node, watched), barred(node, watched)]),
    {
      id: 'nodes-disagree',
      level: 'ticket',
      means: 'Values could not be confirmed, because nodes contradict each other or too few of them can tell.',
      runbook,
      figure: { kind: 'metric', metric: own(watched, 'Unverifiable') },
      breaches: '>=',
      threshold: 5,
      periodSeconds: minutes(15),
      periods: [1, 1],
    },
    {
      id: 'node-suspected',
      level: 'ticket',
      means: 'A node was outvoted, or denied state that exists, three times in a quarter of an hour.',
      runbook,
      figure: { kind: 'metric', metric: own(watched, 'NodeSuspected') },
      breaches: '>=',
      threshold: 3,
      periodSeconds: minutes(15),
      periods: [1, 1],
    },
  ];
}

const oneLeft = (watched: Watched): AlarmDescription => ({
  id: 'one-node-left',
  level: 'ticket',
  means: 'Only one node is healthy: when it fails, none is left, and none can contradict it.',
  runbook,
  figure: { kind: 'metric', metric: own(watched, 'HealthyNodes', 'Maximum') },
  breaches: '<',
  threshold: 2,
  periodSeconds: minutes(5),
  periods: [3, 3],
});

const failing = (node: string, watched: Watched): AlarmDescription => ({
  id: `node-fails-${node}`,
  level: 'ticket',
  means: `More than a fifth of the calls to the node ${node} fail.`,
  runbook,
  figure: {
    kind: 'share',
    of: [own(watched, 'UpstreamFailures', 'Sum', node)],
    among: [own(watched, 'UpstreamCalls', 'Sum', node)],
    moreThan: 10,
  },
  breaches: '>',
  threshold: 20,
  periodSeconds: minutes(5),
  periods: [2, 3],
});

const throttled = (node: string, watched: Watched): AlarmDescription => ({
  id: `node-quota-${node}`,
  level: 'ticket',
  means: `The provider of the node ${node} refuses calls beyond its limit.`,
  runbook,
  figure: {
    kind: 'share',
    of: [own(watched, 'UpstreamThrottled', 'Sum', node)],
    among: [own(watched, 'UpstreamCalls', 'Sum', node)],
    moreThan: 0,
  },
  breaches: '>',
  threshold: 1,
  periodSeconds: minutes(15),
  periods: [1, 1],
});

const barred = (node: string, watched: Watched): AlarmDescription => ({
  id: `node-barred-${node}`,
  level: 'ticket',
  means: `The node ${node} has lost state, is of another network, or was outvoted: it is not asked until it is sound.`,
  runbook,
  figure: { kind: 'metric', metric: own(watched, 'UpstreamBarred', 'Sum', node) },
  breaches: '>=',
  threshold: 1,
  periodSeconds: minutes(15),
  periods: [1, 1],
});
