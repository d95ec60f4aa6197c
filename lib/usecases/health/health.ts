import { abortIn, unlessAborted, withTimeout } from '../../domain/deadline.ts';
import { messageOf } from '../../domain/errors.ts';
import {
  componentOf,
  type HealthComponent,
  type HealthReason,
  type HealthVerdict,
  healthReason,
} from '../../domain/health.ts';
import type { UpstreamReport } from '../../domain/ports/chain.ts';
import type { Service } from '../../domain/service.ts';
import { type LimitedNow, limitedCallers } from '../limits/limited-callers.ts';
import { type Lag, lagOf } from '../status/lag.ts';
import { chainReasons, nodeReasons, standsStill } from './of-chain.ts';
import { collectionReasons } from './of-collections.ts';
import { configurationReasons } from './of-configuration.ts';
import { conflictReasons, eventReasons } from './of-people.ts';
import { auditReasons, readLastRun, reconciliationReasons } from './of-reconciliation.ts';
import { signatureReasons } from './of-signatures.ts';
import { probeWrite, storeReasons } from './of-store.ts';
import { syncReasons } from './of-sync.ts';
import { webhookReasons } from './of-webhooks.ts';

export interface Health {
  readonly status: HealthVerdict;
  readonly components: {
    readonly nodes: HealthComponent & { readonly upstreams: readonly UpstreamReport[] };
    readonly chain: HealthComponent & { readonly network: string; readonly stalled: boolean };
    readonly sync: HealthComponent & Lag;
    readonly reads: HealthComponent;
    readonly writes: HealthComponent;
    readonly conflicts: HealthComponent;
    readonly events: HealthComponent;
    readonly reconciliation: HealthComponent;
    readonly audit: HealthComponent;
    readonly configuration: HealthComponent;
    readonly collections: HealthComponent;
  };
  /** Who has nothing left of its limit now, which is no fault of the service; null: not read. */
  readonly limited: readonly LimitedNow[] | null;
}

const lookMs = 1_500;
const figureMs = 3_000;
/** Longer than one attempt at a node takes, so that one which hangs is seen to do so. */
const nodesMs = 3_000;
const noLag: Lag = { cursor: null, head: null, lagBlocks: null, lagSeconds: null };

/**
 * Every part, with why and what to do. Down only where neither the chain nor the store answers: with one of them the service
 * still answers. Healthy only where every part is.
 */
export async function readHealth(service: Service): Promise<Health> {
  const { progress: store } = service;
  const signal = abortIn(lookMs);
  const [progress, ticks] = await Promise.all([
    unlessAborted(
      store.read().catch(() => undefined),
      signal,
    ),
    unlessAborted(
      store.ticks().catch(() => undefined),
      signal,
    ),
  ]);
  const lastRun = inTime(readLastRun(service));
  const [upstreams, probe, conflicts, events, reconciliation, audit, configuration, collections, limited] =
    await Promise.all([
      service.chain.look({ nodes: progress?.nodes ?? {}, signal: abortIn(nodesMs) }),
      withTimeout(
        probeWrite(service).then(() => 'done' as const),
        lookMs,
      ),
      reasonsOrWhy(conflictReasons(service)),
      reasonsOrWhy(Promise.all([eventReasons(service), webhookReasons(service)]).then((all) => all.flat())),
      reasonsOrWhy(lastRun.then((last) => inTime(reconciliationReasons(last, service)))),
      reasonsOrWhy(lastRun.then(auditReasons)),
      configurationReasons(service),
      reasonsOrWhy(collectionReasons(service)),
      inTime(limitedCallers(service)).catch(() => null),
    ]);
  // The nodes have said by now what their newest blocks are.
  const signatures = await reasonsOrWhy(signatureReasons(service, abortIn(lookMs)));
  const reads = storeReasons('reads', { ...service, isSilent: progress === undefined });
  const sync =
    progress === undefined || ticks === undefined
      ? [unread('the progress of sync was not read')]
      : syncReasons(progress, ticks, service);
  const component = withMoments(service);
  const components = {
    nodes: { ...component('nodes', nodeReasons(upstreams)), upstreams },
    chain: {
      ...component('chain', [...chainReasons(upstreams, progress, service), ...signatures]),
      network: service.network,
      stalled: standsStill(upstreams),
    },
    sync: { ...component('sync', sync), ...(progress === undefined ? noLag : lagOf(progress, service)) },
    reads: component('reads', reads),
    writes: component('writes', storeReasons('writes', { ...service, isSilent: probe === undefined })),
    conflicts: component('conflicts', conflicts),
    events: component('events', events),
    reconciliation: component('reconciliation', reconciliation),
    audit: component('audit', audit),
    configuration: component('configuration', configuration),
    collections: component('collections', collections),
  };
  return { status: verdictOf(components), components, limited };
}

function verdictOf(components: Health['components']): HealthVerdict {
  if (components.nodes.status === 'down' && components.reads.status === 'down') return 'down';
  return Object.values(components).every(({ status }) => status === 'healthy') ? 'healthy' : 'degraded';
}

async function inTime<T>(figure: Promise<T>): Promise<T> {
  const got = await withTimeout(
    figure.then((value) => ({ value })),
    figureMs,
  );
  if (got === undefined) throw new Error('no answer in time');
  return got.value;
}

/** The reasons; where they cannot be read, that is the reason. */
const reasonsOrWhy = (reasons: Promise<readonly HealthReason[]>): Promise<readonly HealthReason[]> =>
  inTime(reasons).catch((error: unknown) => [unread(messageOf(error))]);

const unread = (why: string): HealthReason =>
  healthReason({
    status: 'unknown',
    code: 'not_read',
    detail: `It is not known: ${why}`,
    action: 'See the component `reads`.',
  });

/** A reason whose beginning is stored nowhere began when this process first saw it. */
function withMoments({ memory }: Pick<Service, 'memory'>) {
  const keyOf = ({ code, node, table, ref, detail }: HealthReason): string =>
    JSON.stringify([code, node, table, ref, code === 'configured_contract' ? detail : null]);
  return (name: string, reasons: readonly HealthReason[]): HealthComponent => {
    const seen = memory.standing(`health ${name}`, reasons.map(keyOf));
    return componentOf(
      reasons.map((reason) => ({
        ...reason,
        since: reason.since ?? new Date(seen.get(keyOf(reason)) ?? 0).toISOString(),
      })),
    );
  };
}
