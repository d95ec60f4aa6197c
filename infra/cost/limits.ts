import { profiles } from '../environments.ts';
import type { CostCounts } from './counted.ts';
import { dailyCalls, dailyEvents, type LoadStep, reconcileCalls } from './month.ts';
import { processesAt, secondsPerDay } from './per-hit.ts';

export interface Limit {
  readonly name: string;
  readonly demand: number;
  readonly bears: number;
  readonly remedy: string;
}

/** The peak over the average. */
const peak = 3;
/** What two rented nodes allow together. */
const nodeCallsPerSecond = 50;
const waitSeconds = 3;

/** Each limit with what the load asks of it; the one that is used most comes first. */
export function limitsOf(step: LoadStep, counted: CostCounts): Limit[] {
  const events = dailyEvents(step, counted);
  const readsPerSecond = step.readsPerDay / secondsPerDay;
  const coldPerSecond = events.cold / secondsPerDay;
  const changesPerSecond = events.changes / secondsPerDay;
  const processes = processesAt(step.readsPerDay);
  const { reading, reconciling } = dailyCalls(step, counted);
  const { requestsPerSecond } = profiles.production.throttle;
  return [
    {
      name: 'requests a second of the stage, at the peak',
      demand: readsPerSecond * peak,
      bears: requestsPerSecond,
      remedy:
        'raise `throttle` in `infra/environments.ts`; above the account’s 10,000 a second a higher quota, a cache in front, or [regions](decisions/0025-several-regions.md)',
    },
    {
      name: 'functions at work at once, while nodes do not answer and each cold read waits 3 s',
      demand: processes + coldPerSecond * waitSeconds,
      bears: 1_000,
      remedy: 'a higher quota; reserved concurrency keeps sync apart from readers',
    },
    {
      name: 'calls to nodes a second, of two rented nodes',
      demand: (reading + reconciling) / secondsPerDay,
      bears: nodeCallsPerSecond,
      remedy:
        'more nodes in `CASPER_UPSTREAMS`, or nodes of one’s own; `callsPerSecond` keeps each within its quota, and sync has its share of it (rule [LIMIT-3](protocol.md#limit-3))',
    },
    {
      name: 'writes a second of the item `head`',
      demand: Math.min(processes, coldPerSecond),
      bears: 1_000,
      remedy:
        'none is needed: heads are lost, and ages are counted from an earlier one ([decision 15](decisions/0015-shards-and-hot-items.md))',
    },
    {
      name: 'processes that read the progress in one second',
      demand: processes * peak,
      bears: 3_000,
      remedy: 'processes that serve many requests at once',
    },
    {
      name: 'events a second of the index `by-pending`',
      demand: coldPerSecond + changesPerSecond,
      bears: 8_000,
      remedy: 'more shards, in new tables ([decision 15](decisions/0015-shards-and-hot-items.md))',
    },
    {
      name: 'records that reconciliation compares in a day',
      demand: events.tracked,
      bears: (24 * reconcileCalls) / counted.operations['reconciled record'].calls,
      remedy:
        'raise `ASTAKE_RECONCILE_CALLS` where the nodes allow it; else coverage is a period of more than a day, and the report says so',
    },
  ].sort((a, b) => b.demand / b.bears - a.demand / a.bears);
}
