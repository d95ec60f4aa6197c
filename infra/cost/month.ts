import { assumptions } from '../assumptions.ts';
import { schedules } from '../manifest/schedules.ts';
import { functionDefinition } from '../manifest.ts';
import { prices } from '../prices.ts';
import type { CostCounts, OperationCounts } from './counted.ts';
import { daysPerMonth, hitParts, type Part, secondsPerDay, sumOf } from './per-hit.ts';
import { watchingDollars } from './watching.ts';

export interface LoadStep {
  readonly readsPerDay: number;
  readonly records: number;
}

/** Events a day. */
export interface Events {
  readonly cold: number;
  readonly renewals: number;
  readonly changes: number;
  readonly reconciled: number;
  /** Records that are tracked. */
  readonly tracked: number;
}

const trackedDays = 30;
const renewedAfterDays = 20;
const ticksPerDay = 2 * 1_440;
export const reconcileCalls = 20_000;
const runsPerDay = 24;
const million = 1e6;
const memoryGbOfPublishing = functionDefinition('publish-events').memoryMb / 1024;

/**
 * Reads are spread evenly over the records, which makes the most of them distinct: each is read at random, readsPerDay / records
 * times a day. After a save a record is tracked for 30 days; the first read after 20 of them renews the date, and one after 30 is cold.
 */
export function dailyEvents({ readsPerDay, records }: LoadStep, { operations }: CostCounts): Events {
  const rate = readsPerDay / records;
  const late = Math.exp(-rate * (trackedDays - renewedAfterDays));
  const cycles = records / (renewedAfterDays + 1 / rate);
  const tracked = records * (1 - Math.exp(-rate * trackedDays));
  const { calls } = operations['reconciled record'];
  return {
    cold: cycles * late,
    renewals: cycles * (1 - late),
    changes: tracked * assumptions.changedShare.value,
    reconciled: Math.min(tracked, (runsPerDay * reconcileCalls) / calls),
    tracked,
  };
}

/** Blocks cost alike: the tick of ten less the tick of one, and what a tick costs besides. */
function tickOf({ operations }: CostCounts): OperationCounts {
  const { 'tick of 1 block': one, 'tick of 10 blocks': ten } = operations;
  const blocks = secondsPerDay / assumptions.blockSeconds.value / ticksPerDay;
  const of = (name: keyof OperationCounts) => one[name] + ((ten[name] - one[name]) / 9) * (blocks - 1);
  return {
    requests: of('requests'),
    reads: of('reads'),
    writes: of('writes'),
    refused: of('refused'),
    calls: of('calls'),
  };
}

/** A cold read of the mix: 60 % assets, 35 % accounts, 5 % staking. */
function mixed({ operations }: CostCounts, of: (operation: OperationCounts) => number): number {
  const { 'cold asset': asset, 'cold account': account, 'cold staking': staking } = operations;
  return 0.6 * of(asset) + 0.35 * of(account) + 0.05 * of(staking);
}

/** JSON-RPC requests to nodes in a day: of readers and sync, and of reconciliation. */
export function dailyCalls(
  step: LoadStep,
  counted: CostCounts,
): { readonly reading: number; readonly reconciling: number } {
  const { operations } = counted;
  const events = dailyEvents(step, counted);
  return {
    reading:
      events.cold * mixed(counted, ({ calls }) => calls) +
      events.changes * operations['changed record'].calls +
      ticksPerDay * tickOf(counted).calls,
    reconciling: events.reconciled * operations['reconciled record'].calls,
  };
}

/** Dollars of a month, by what they are paid for. */
export function monthOf(step: LoadStep, counted: CostCounts): Part[] {
  const { operations, storedBytes } = counted;
  const events = dailyEvents(step, counted);
  const { coldMs, tickMs, sweepMs } = assumptions;
  const hits = sumOf(hitParts(counted, { readsPerDay: step.readsPerDay, infrequentLogs: true }));
  const renewal =
    0.6 * unitDollars(operations['renewal of an asset']) + 0.4 * unitDollars(operations['renewal of an account']);
  const monthly = (name: string, perDay: number, each: number): Part => ({
    name,
    dollars: perDay * daysPerMonth * each,
    arithmetic: '',
  });
  const gb = (events.tracked * storedBytes.all) / 1e9;
  const restorable = (events.tracked * storedBytes.restorable) / 1e9;
  return [
    monthly('hits', step.readsPerDay, hits / million),
    monthly('cold reads', events.cold, mixed(counted, unitDollars) + lambdaDollars(coldMs.value)),
    monthly('renewals', events.renewals, renewal),
    monthly('changes', events.changes, unitDollars(operations['changed record'])),
    monthly('publishing', events.cold + events.changes, publishedDollars(counted)),
    monthly(
      'sync',
      ticksPerDay,
      unitDollars(tickOf(counted)) + lambdaDollars(tickMs.value) + logDollars(counted.tickLog.bytes),
    ),
    {
      name: 'reconciliation',
      dollars:
        daysPerMonth *
        (runsPerDay * unitDollars(operations['empty reconciliation']) +
          events.reconciled * (unitDollars(operations['reconciled record']) + lambdaDollars(sweepMs.value))),
      arithmetic: '',
    },
    {
      name: 'storage',
      dollars: gb * prices.storage.perGbMonth + restorable * prices.storage.restorablePerGbMonth,
      arithmetic: '',
    },
    { name: 'fixed', dollars: fixedDollars(), arithmetic: '' },
  ];
}

/** Of an event: its places in the outbox and the log, the invocation, the bus and its archive. */
function publishedDollars({ operations }: CostCounts): number {
  const { events, lambda } = prices;
  const { publishMs, eventBytes } = assumptions;
  return (
    unitDollars(operations['published event']) +
    (publishMs.value / 1000) * (memoryGbOfPublishing * lambda.perGbSecond) +
    (lambda.perMillionRequests + events.perMillion) / million +
    (eventBytes.value / 1e9) * events.archivePerGb
  );
}

const unitDollars = ({ reads, writes, refused }: OperationCounts): number =>
  (reads * prices.dynamo.perMillionReads + (writes + refused) * prices.dynamo.perMillionWrites) / million;

const lambdaDollars = (ms: number): number =>
  (ms / 1000) * assumptions.memoryGb.value * prices.lambda.perGbSecond + prices.lambda.perMillionRequests / million;

const logDollars = (bytes: number): number => (bytes / 1e9) * prices.logs.perGb;

/** State machines, watching and a key: the same at every load. */
function fixedDollars(): number {
  const { states, kms } = prices;
  return (
    watchingDollars +
    kms.perKeyMonth +
    schedules.reduce((sum, { stateMachine, everyMinutes }) => {
      const runs = (daysPerMonth * 1_440) / everyMinutes;
      const { seconds, transitions } = machines[stateMachine];
      const express = (runs * states.perMillionExpress) / million + runs * seconds * 0.064 * states.perExpressGbSecond;
      return sum + (transitions === 0 ? express : (runs * transitions * states.perThousandTransitions) / 1000);
    }, 0)
  );
}

/** How long an execution of an express machine takes, or how many transitions a standard one has. */
const machines: Readonly<Record<(typeof schedules)[number]['stateMachine'], { seconds: number; transitions: number }>> =
  {
    'sync-loop': { seconds: 35, transitions: 0 },
    'webhook-loop': { seconds: 2, transitions: 0 },
    enumerate: { seconds: 0, transitions: 4 },
    reconcile: { seconds: 0, transitions: 110 },
    'head-digest': { seconds: 0, transitions: 4 },
  };
