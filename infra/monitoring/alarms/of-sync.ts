import { type Schedule, schedules } from '../../manifest.ts';
import { type AlarmDescription, minutes } from '../alarm.ts';
import { type MetricOf, ofFunction, ofMachine, ofRule, own, type Watched } from '../figure.ts';

const runbook = 'get-v1ready-is-503-or-the-event-syncstalled';

/** Does sync run, advance and keep up; and do the schedules start anything? */
export function syncAlarms(watched: Watched): AlarmDescription[] {
  return [
    {
      id: 'sync-silent',
      level: 'page',
      means: 'No tick of sync has ended for three minutes: what is claimed to be current gets old.',
      runbook,
      figure: { kind: 'metric', metric: own(watched, 'SyncTick') },
      breaches: '<',
      threshold: 1,
      periodSeconds: minutes(1),
      periods: [3, 3],
      missing: 'breaching',
      always: true,
    },
    {
      id: 'sync-lag',
      level: 'page',
      means:
        'Sync is more than a minute behind the chain: readers ask the nodes more often, and later get stale answers.',
      runbook,
      figure: { kind: 'metric', metric: own(watched, 'SyncLagSeconds', 'Maximum') },
      breaches: '>',
      threshold: 60,
      periodSeconds: minutes(1),
      periods: [3, 5],
    },
    {
      id: 'sync-stalled',
      level: 'page',
      means: 'Sync does not advance, or cannot.',
      runbook,
      figure: { kind: 'metric', metric: own(watched, 'SyncStalledSeconds', 'Maximum') },
      breaches: '>',
      threshold: 0,
      periodSeconds: minutes(1),
      periods: [1, 1],
    },
    {
      id: 'block-unseen',
      level: 'ticket',
      means:
        'Sync has passed a block without seeing what it changed: claims end at the block before it until records are compared.',
      runbook: 'a-block-stops-sync',
      figure: { kind: 'metric', metric: own(watched, 'BlockUnseen') },
      breaches: '>=',
      threshold: 1,
      periodSeconds: minutes(5),
      periods: [1, 1],
    },
    {
      id: 'sync-slow',
      level: 'ticket',
      means: 'A tick of sync takes nearly as long as its function may run.',
      runbook,
      figure: { kind: 'metric', metric: ofFunction(watched, 'sync', 'Duration', 'p99') },
      breaches: '>',
      threshold: 200_000,
      periodSeconds: minutes(5),
      periods: [1, 1],
    },
    {
      id: 'schedule-dead',
      level: 'page',
      means: 'A schedule could not start its state machine.',
      runbook: 'a-schedule-or-an-execution-fails',
      figure: {
        kind: 'sum',
        metrics: schedules.map(({ stateMachine }) => ofRule(watched, stateMachine)),
      },
      breaches: '>=',
      threshold: 1,
      periodSeconds: minutes(5),
      periods: [1, 1],
    },
    {
      id: 'executions-fail',
      level: 'ticket',
      means: 'An execution of a state machine that runs once an hour or less has failed or taken too long.',
      runbook: 'a-schedule-or-an-execution-fails',
      figure: { kind: 'sum', metrics: failuresOf(watched, ({ everyMinutes }) => everyMinutes > often) },
      breaches: '>=',
      threshold: 1,
      periodSeconds: minutes(15),
      periods: [1, 1],
    },
    {
      id: 'loops-fail',
      level: 'ticket',
      means:
        'Executions of a state machine that runs every few minutes fail or take too long, three in a quarter of an hour.',
      runbook: 'a-schedule-or-an-execution-fails',
      figure: { kind: 'sum', metrics: failuresOf(watched, ({ everyMinutes }) => everyMinutes <= often) },
      breaches: '>=',
      // The next execution does what one has left.
      threshold: 3,
      periodSeconds: minutes(15),
      periods: [1, 1],
    },
  ];
}

const often = 15;

const failuresOf = (watched: Watched, which: (schedule: Schedule) => boolean): MetricOf[] =>
  schedules
    .filter(which)
    .flatMap(({ stateMachine }) =>
      ['ExecutionsFailed', 'ExecutionsTimedOut'].map((name) => ofMachine(watched, stateMachine, name)),
    );
