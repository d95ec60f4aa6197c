import { invokeFunction, loadFunctions } from '../../infra/local/aws/functions.ts';
import { measuredRoutes, streams } from '../../infra/manifest.ts';
import { ofGateway, ofQueue, ofRoute, own, type Watched } from '../../infra/monitoring/figure.ts';
import type { SeriesQuery } from '../../lib/domain/ports/metric-history.ts';
import { namePrefix } from '../../lib/runtime/names.ts';
import { eventually } from '../faults/child.ts';
import { asOperator, startLocal } from '../support/local.ts';
import { createFigures, type Figures } from './figures.ts';
import { measureDatabase, measuredFunctions } from './measure-aws.ts';
import { type Read, readsInTurn } from './reads.ts';
import { timelineOf } from './timeline.ts';

export interface StagedFault {
  readonly name: string;
  readonly from: number;
  readonly until: number;
}

export interface RecordedRun {
  readonly watched: Watched;
  readonly figures: Figures;
  readonly faults: readonly StagedFault[];
  readonly from: number;
  readonly until: number;
}

const environment = 'local';
/** The limits of a deployment, where tests have longer ones. */
const asDeployed = { ASTAKE_DEADLINE_MS: '3000', ASTAKE_ATTEMPT_MS: '800', ASTAKE_EXPLAIN_PERCENT: '1' };
const minuteMs = 60_000;
const runMinutes = 180;
const readsPerHalf = 8;
const minutesPerBlock = 3;

/** A local run on three recorded nodes, with readers, faults and a clock of which three hours pass in minutes; and what it measures. */
export async function recordRun(): Promise<RecordedRun> {
  let aheadMs = 0;
  const wall = Date.now;
  Date.now = () => wall() + aheadMs;
  const figures = createFigures();
  measureDatabase(figures);
  const { functions, atWork } = measuredFunctions(await loadFunctions(), environment, figures);
  const local = await startLocal({ nodes: 3, height: 56, functions, env: asDeployed });
  const service = local.stack.service();
  const watched: Watched = {
    environment,
    tables: namePrefix(environment),
    nodes: service.chain.report().map(({ name }) => name),
    monthlyDollars: 1_500,
    apiId: 'local',
    machineArn: (name) => name,
  };
  noteOwnMetrics();
  const from = Math.floor(Date.now() / minuteMs) * minuteMs;
  const faults: StagedFault[] = [];
  const nextRead = readsInTurn();
  const timeline = timelineOf(local);
  try {
    for (let minute = 0; minute < runMinutes; minute += 1) {
      for (const fault of timeline.filter(({ at }) => at === minute)) await fault.stage();
      if (minute % minutesPerBlock === 0 && local.node.height() < local.node.lastHeight)
        local.setHeight(local.node.height() + 1);
      await pass(minute);
      for (const { name, at, lasts, heal } of timeline.filter((one) => one.at + one.lasts - 1 === minute)) {
        await heal();
        faults.push({ name, from: from + at * minuteMs, until: from + (at + lasts) * minuteMs });
      }
    }
    return { watched, figures, faults, from, until: from + runMinutes * minuteMs };
  } finally {
    await local.close();
    Date.now = wall;
  }

  /** What the service counts goes where the stack's own history goes. */
  function noteOwnMetrics(): void {
    const { metrics } = service.telemetry;
    const { count, gauge, measure, upstream } = metrics;
    const note = (metric: SeriesQuery['metric'], value: number, node?: string) =>
      figures.note(own(watched, metric, 'Sum', node), value);
    Object.assign(metrics, {
      count: ((metric, by = 1) => {
        note(metric, by);
        count(metric, by);
      }) satisfies typeof count,
      gauge: ((metric, value) => {
        note(metric, value);
        gauge(metric, value);
      }) satisfies typeof gauge,
      measure: ((metric, value) => {
        note(metric, value);
        measure(metric, value);
      }) satisfies typeof measure,
      upstream: ((node, metric, value) => {
        note(metric, value, node);
        upstream(node, metric, value);
      }) satisfies typeof upstream,
    });
  }

  /** A minute of a deployment, whose clock then stands at the end of it. */
  async function pass(minute: number): Promise<void> {
    for (let half = 0; half < 2; half += 1) {
      await invoke('sync');
      for (let read = 0; read < readsPerHalf; read += 1) await request(nextRead());
      // A clock that moves while something is at work would make it look slow.
      await eventually(() => atWork() === 0);
      moveTo(from + (minute + (half + 1) / 2) * minuteMs);
    }
    await invoke('publish-overdue');
    for (const { deadLetters, table } of streams) {
      const waiting = local.stack.deadLetters().filter((letter) => letter.table === table).length;
      figures.note(ofQueue(watched, deadLetters), waiting);
    }
    if (minute % 60 === 4) await reconcile();
  }

  function moveTo(moment: number): void {
    aheadMs += Math.max(0, moment - Date.now());
  }

  /** As its schedule does; a failure is in the figures. */
  async function invoke(name: string): Promise<void> {
    await invokeFunction(functions, name, {}, crypto.randomUUID()).catch(() => undefined);
  }

  async function reconcile(): Promise<void> {
    const { body } = await local.post('/v1/reconciliations', {}, asOperator);
    await eventually(
      async () => (await local.get(`/v1/reconciliations/${body.id}`, asOperator)).body.status !== 'running',
    );
    for (const name of ['digest-heads', 'digest-heads', 'compare-heads']) await invoke(name);
  }

  /** Noted as API Gateway does. */
  async function request({ path, url, headers = {} }: Read): Promise<void> {
    const began = performance.now();
    const { status } = await local.get(url, headers);
    const took = performance.now() - began;
    const route = measuredRoutes.find((one) => one.path === path && one.method === 'GET');
    const note = (name: string, value: number) => {
      figures.note(ofGateway(watched, name), value);
      if (route !== undefined) figures.note(ofRoute(watched, route, name, 'Sum'), value);
    };
    note('Count', 1);
    note('4xx', status >= 400 && status < 500 ? 1 : 0);
    note('5xx', status >= 500 ? 1 : 0);
    note('Latency', took);
  }
}
