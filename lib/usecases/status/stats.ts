import { type CoverageFigures, coverageFigures } from '../../domain/coverage.ts';
import { withTimeout } from '../../domain/deadline.ts';
import { type EntityRef, parseRefKey } from '../../domain/entity.ts';
import type { UpstreamReport } from '../../domain/ports/chain.ts';
import type { Answers } from '../../domain/ports/process.ts';
import type { Progress } from '../../domain/progress.ts';
import type { Service } from '../../domain/service.ts';
import { servedTick, type Tick } from '../../domain/tick.ts';
import { type LimitedNow, limitedCallers } from '../limits/limited-callers.ts';
import { coverageOf } from './coverage.ts';
import { type DriftFigures, driftOf } from './drift.ts';
import { type EnumerationFigures, enumerationsOf } from './enumerations.ts';
import { type Lag, lagOf } from './lag.ts';
import { type WebhookFigures, webhookFigures } from './webhook-figures.ts';

export interface Stats {
  /** Figures of this process, since it started. */
  readonly instance: {
    readonly startedAt: string;
    /** By kind. */
    readonly answers: Readonly<Record<string, Answers>>;
    /** Share of answers that came from the cache; null: no answer yet. */
    readonly hitRate: number | null;
    /** By metric. */
    readonly counts: Readonly<Record<string, number>>;
    readonly chainCalls: number;
    readonly upstreams: readonly UpstreamReport[];
  };
  /** Figures that all processes share; null: the store is not available. */
  readonly store: (Lag & StoreFigures & ProofFigures) | null;
  /** Who has nothing left of its limit now; null: not read in time. */
  readonly limited: readonly LimitedNow[] | null;
  readonly note: string;
}

interface StoreFigures extends Pick<Progress, 'stalled' | 'reconcileFrom' | 'invalidations'> {
  /** Newest first. */
  readonly lastTicks: readonly Tick[];
  readonly conflicts: { readonly open: number; readonly awaitingReview: number };
}

/** null: not read in time. */
interface ProofFigures {
  readonly coverage: CoverageFigures | null;
  readonly drift: DriftFigures | null;
  readonly webhooks: WebhookFigures | null;
  readonly collections: EnumerationFigures | null;
  /** Which entities all processes have served most lately, hottest first. */
  readonly hotKeys: readonly EntityRef[] | null;
}

const patienceMs = 3_000;
const note = 'Figures of this instance and of the store. CloudWatch has those of all instances.';

export async function readStats(counts: Stats['instance']['counts'], service: Service): Promise<Stats> {
  const { traffic, chain } = service;
  const answers = traffic.answers();
  const [figures, coverage, drift, webhooks, collections, hotKeys, limited] = await Promise.all([
    inTime(storeFigures(service)),
    inTime(coverageOf(service).then(coverageFigures)),
    inTime(driftOf(service)),
    inTime(webhookFigures(service)),
    inTime(enumerationsOf(service)),
    inTime(hottest(service)),
    inTime(limitedCallers(service)),
  ]);
  return {
    instance: {
      startedAt: new Date(traffic.since).toISOString(),
      answers,
      hitRate: hitRateOf(Object.values(answers)),
      counts,
      chainCalls: chain.calls(),
      upstreams: chain.report(),
    },
    store: figures && { ...figures, coverage, drift, webhooks, collections, hotKeys },
    limited,
    note,
  };
}

const mostHotKeys = 50;

const hottest = async ({ progress, clock }: Pick<Service, 'progress' | 'clock'>): Promise<readonly EntityRef[]> =>
  (await progress.hotKeys(clock.now())).slice(0, mostHotKeys).map(parseRefKey);

const inTime = async <T>(figure: Promise<T>): Promise<T | null> =>
  (await withTimeout(figure, patienceMs).catch(() => undefined)) ?? null;

async function storeFigures(service: Service): Promise<Lag & StoreFigures> {
  const { progress: store, conflicts } = service;
  const [progress, lastTicks, open, awaitingReview] = await Promise.all([
    store.read(),
    store.ticks(),
    conflicts.count('open'),
    conflicts.count('awaiting-review'),
  ]);
  const { stalled, reconcileFrom, invalidations } = progress;
  return {
    ...lagOf(progress, service),
    stalled,
    reconcileFrom,
    invalidations,
    lastTicks: lastTicks.map(servedTick),
    conflicts: { open, awaitingReview },
  };
}

function hitRateOf(kinds: readonly Answers[]): number | null {
  const sum = (count: (answers: Answers) => number) => kinds.reduce((total, answers) => total + count(answers), 0);
  const all = sum(({ cache, chain, database }) => cache + chain + database);
  return all === 0 ? null : sum(({ cache }) => cache) / all;
}
