import type { AlarmDescription, CompositeDescription } from './alarm.ts';
import { nodeAlarms } from './alarms/of-nodes.ts';
import { functionAlarms, readerAlarms } from './alarms/of-readers.ts';
import { storeAlarms } from './alarms/of-store.ts';
import { syncAlarms } from './alarms/of-sync.ts';
import { truthAlarms } from './alarms/of-truth.ts';
import type { Watched } from './figure.ts';

/** Every alarm of an environment. `few`: only those that page where an outage hurts no one outside. */
export function alarmsOf(watched: Watched, which: 'all' | 'few' = 'all'): AlarmDescription[] {
  const all = [
    ...readerAlarms(watched),
    ...nodeAlarms(watched),
    ...syncAlarms(watched),
    ...truthAlarms(watched),
    ...storeAlarms(watched),
    ...functionAlarms(watched),
  ];
  return which === 'all' ? all : all.filter(({ always }) => always);
}

/** Two that say what is at stake, and two that are silent about what follows from an outage of all nodes. */
export function compositesOf({ nodes }: Pick<Watched, 'nodes'>): CompositeDescription[] {
  const all: readonly CompositeDescription[] = [
    {
      id: 'readers-are-hurt',
      level: 'page',
      means: 'Readers get errors, wait, or get old values.',
      runbook: 'readers-get-errors-or-wait',
      anyOf: [['unavailable'], ['slow'], ['fallback-share', 'no-healthy-node'], ['functions-throttled']],
    },
    {
      id: 'truth-is-at-risk',
      level: 'page',
      means: 'What the service claims may not be so.',
      runbook: 'alarms-of-alarms',
      anyOf: [['missed'], ['audit-broken'], ['audit-rewritten'], ['conflict-burst'], ['sync-silent']],
    },
    {
      id: 'sync-is-late',
      level: 'page',
      means: 'Sync is behind or does not advance, although nodes answer.',
      runbook: 'get-v1ready-is-503-or-the-event-syncstalled',
      anyOf: [['sync-lag'], ['sync-stalled']],
      suppressedBy: 'no-healthy-node',
    },
    {
      id: 'nodes-limp',
      level: 'ticket',
      means: 'Some node fails, refuses calls, is not sound or is alone, although others answer.',
      runbook: 'answers-say-sourcedatabase-or-503-chain_unavailable',
      anyOf: [
        ...(nodes.length > 1 ? [['one-node-left']] : []),
        ...nodes.flatMap((node) => [[`node-fails-${node}`], [`node-quota-${node}`], [`node-barred-${node}`]]),
      ],
      suppressedBy: 'no-healthy-node',
    },
  ];
  return all.filter(({ anyOf }) => anyOf.length > 0);
}
