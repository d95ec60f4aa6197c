import { jest } from '@jest/globals';
import type { AlarmDescription } from '../../../infra/monitoring/alarm.ts';
import { alarmsOf, compositesOf } from '../../../infra/monitoring/alarms.ts';
import { namePrefix } from '../../../lib/runtime/names.ts';
import { createTelemetry } from '../../../lib/runtime/telemetry.ts';
import { withHeads } from '../../../lib/runtime/with-heads.ts';
import { compareLatestDay } from '../../../lib/usecases/audit/compare-latest-day.ts';
import { digestHeads } from '../../../lib/usecases/audit/digest-heads.ts';
import { measureConflicts } from '../../../lib/usecases/conflicts/measure-conflicts.ts';
import { publishPending } from '../../../lib/usecases/events/publish-events.ts';
import { runTick } from '../../../lib/usecases/following/tick.ts';
import type { StagedOutages } from '../../support/outages.ts';
import { heard, type Point, pointsOfLine, standing } from './evaluate.ts';

const minuteMs = 60_000;
const environment = 'production';
const readsPerMinute = 24;
const minutesPerDay = 1_440;

/** A local stack whose figures go where those of a deployment go: into lines of the embedded format, and from there into alarms. */
export function watchLocal({ local, pass }: StagedOutages, paths: readonly string[]) {
  const service = local.stack.service();
  const emf = createTelemetry(environment);
  const { metrics } = service.telemetry;
  for (const method of ['count', 'gauge', 'measure', 'upstream'] as const) {
    const before = metrics[method] as (...given: unknown[]) => void;
    const twin = emf.metrics[method] as (...given: unknown[]) => void;
    Object.assign(metrics, {
      [method](...given: unknown[]) {
        twin(...given);
        before(...given);
      },
    });
  }
  const watched = {
    environment,
    tables: namePrefix(environment),
    nodes: service.chain.report().map(({ name }) => name),
    apiId: 'local',
    monthlyDollars: 1_500,
    machineArn: (name: string) => name,
  };
  const alarms = alarmsOf(watched);
  const composites = compositesOf(watched);
  const since = Date.now();
  const points: Point[] = [];
  let lettersSeen = local.stack.deadLetters().length;

  /** What an invocation leaves in the log when it ends. */
  function flush(): void {
    const lines: string[] = [];
    const spy = jest.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
    emf.flush();
    spy.mockRestore();
    for (const line of lines.flatMap((text) => text.trim().split('\n'))) points.push(...pointsOfLine(line, Date.now()));
  }

  /** What the gateway and the queues publish by themselves. */
  const ofAws = (service: string, name: string, dimensions: Readonly<Record<string, string>>, value: number): void =>
    void points.push({ namespace: `AWS/${service}`, name, dimensions, at: Date.now(), values: [value] });

  async function read(path: string): Promise<void> {
    const { status } = await local.get(path);
    ofAws('ApiGateway', 'Count', { ApiId: watched.apiId }, 1);
    ofAws('ApiGateway', '5xx', { ApiId: watched.apiId }, status >= 500 ? 1 : 0);
    flush();
  }

  /** What the schedule `head-digest` does. */
  async function signDays(): Promise<void> {
    const heads = withHeads(service);
    const sign = () => digestHeads({ unfinished: null, budgetMs: minuteMs }, heads);
    while (!(await sign()).done);
    await compareLatestDay(heads);
  }

  /** A minute of a deployment: two ticks, readers, a look at what waits. */
  async function minute(ticks = 2): Promise<void> {
    for (let half = 0; half < 2; half += 1) {
      if (half < ticks) await runTick(service);
      flush();
      for (let at = 0; at < readsPerMinute / 2; at += 1) await read(paths[at % paths.length] ?? '');
      ofAws('DynamoDB', 'TimeToLiveDeletedItemCount', { TableName: `${watched.tables}-cache` }, 1);
      pass(minuteMs / 2);
    }
    await publishPending(service).catch(() => 0);
    await signDays();
    await measureConflicts(service).catch(() => undefined);
    flush();
    for (const queue of ['unresolved-conflicts', 'unpublished-events']) {
      const waiting = local.stack
        .deadLetters()
        .slice(lettersSeen)
        .filter((letter) => queueOf[letter.table] === queue);
      ofAws(
        'SQS',
        'ApproximateNumberOfMessagesVisible',
        { QueueName: `${namePrefix(environment)}-${queue}` },
        waiting.length,
      );
    }
  }

  /** The ports of the nodes, which are in their names, are those of this run. */
  const placed = (id: string): string =>
    watched.nodes.reduce(
      (name, node, place) => name.replace(new RegExp(`-${node.replaceAll('.', '\\.')}$`), `-${place}`),
      id,
    );

  /** What was published this very millisecond is in: an alarm looks at what is before its moment. */
  const now = () => standing(alarms, { points, now: Date.now() + 1, since });
  return {
    minute,
    points,
    flush,
    standing: () => [...now()].map(placed).sort(),
    heard: () => heard(now(), composites).map(placed),
    /** How far the alarms that stand look back, at most. */
    longestStandingMs(): number {
      const standingNow = now();
      const windows = alarms.filter(({ id }) => standingNow.has(id)).map(windowMs);
      return Math.max(0, ...windows);
    },
    /** An operator empties the queues. */
    purge() {
      lettersSeen = local.stack.deadLetters().length;
    },
    /** What is heard when a day has passed in which each minute is as the last one was, and each run as the last run was. */
    heardAfterADay(): string[] {
      const end = Date.now();
      const last = points.filter(({ at }) => at >= end - minuteMs);
      const run = lastRunIn(points);
      const later = Array.from({ length: minutesPerDay }, (_, passed) =>
        (passed % 60 === 30 ? [...last, ...run] : last).map((point) => ({ ...point, at: end + passed * minuteMs })),
      ).flat();
      const figures = { points: later, now: end + minutesPerDay * minuteMs, since: end };
      return heard(standing(alarms, figures), composites);
    },
  };
}

const windowMs = ({ periodSeconds, periods }: AlarmDescription): number => periodSeconds * periods[1] * 1_000;

const queueOf: Readonly<Record<string, string>> = { conflicts: 'unresolved-conflicts', outbox: 'unpublished-events' };

/** What the latest run of reconciliation has published when it ended. */
function lastRunIn(points: readonly Point[]): readonly Point[] {
  const ended = points.findLast(({ name }) => name === 'ReconciliationFinished');
  return points.filter(({ at, name }) => at === ended?.at && /^(?:Reconcil|Coverage|OldestUnverified)/.test(name));
}
