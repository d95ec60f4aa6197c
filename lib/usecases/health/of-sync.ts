import { parseRefKey } from '../../domain/entity.ts';
import { type HealthReason, healthReason } from '../../domain/health.ts';
import { type Progress, passedUnseen } from '../../domain/progress.ts';
import type { Service } from '../../domain/service.ts';
import type { NotedTick, StoppedBy } from '../../domain/tick.ts';
import { type Lag, lagOf } from '../status/lag.ts';

/** Ticks begin twice a minute; one that works for minutes is still at it. */
const idleMs = 300_000;
/** A reader may be this far behind before it is worth a word. */
const behindSeconds = 120;

const failed: ReadonlySet<StoppedBy> = new Set(['chain', 'reset', 'rules', 'store', 'defect']);

/** Why sync does not do its work. Everything here is stored, so that every process says the same. */
export function syncReasons(
  progress: Progress,
  ticks: readonly NotedTick[],
  service: Pick<Service, 'memory' | 'clock'>,
): HealthReason[] {
  return [
    ...stall(progress, ticks),
    ...idle(progress, ticks, service),
    ...behind(lagOf(progress, service), progress),
    ...owed(progress),
  ];
}

function stall({ stalled }: Progress, ticks: readonly NotedTick[]): HealthReason[] {
  const [last] = ticks;
  const inVain = ticks.findIndex(({ stoppedBy }) => !failed.has(stoppedBy));
  const run = inVain < 0 ? ticks : ticks.slice(0, inVain);
  const action = actionAfter(last);
  const ref = last !== undefined && failed.has(last.stoppedBy) ? refOf(last) : null;
  if (stalled !== null) {
    const { since, reason } = stalled;
    const detail = `Sync does not advance: ${last?.reason ?? reason}`;
    return [healthReason({ status: 'down', code: 'sync_stalled', detail, since, action, ref })];
  }
  const first = run.at(-1);
  if (last === undefined || first === undefined) return [];
  const detail = `The last ${run.length === 1 ? 'tick' : `${run.length} ticks`} made no progress: ${last.reason ?? last.stoppedBy}`;
  return [healthReason({ status: 'degraded', code: `tick_${last.stoppedBy}`, detail, since: first.at, action, ref })];
}

function refOf({ stuckAt }: NotedTick) {
  return stuckAt === null || stuckAt.startsWith('block#') ? null : parseRefKey(stuckAt);
}

const actions: Readonly<Partial<Record<StoppedBy, string>>> = {
  chain: 'See the component `nodes`; GET /v1/sync has the latest ticks.',
  reset: 'Set sync back to the common block that the reason names: POST /v1/sync/rewind.',
  rules: 'Remove the older version of the service that still runs.',
  store: 'See the component `writes`.',
  defect: 'The log line "defect" has the stack: open an issue with it.',
};

function actionAfter(tick: NotedTick | undefined): string {
  const { stuckAt = null, stoppedBy } = tick ?? {};
  if (stuckAt?.startsWith('block#')) {
    const height = stuckAt.slice('block#'.length);
    return `Look for a newer version of this service, or pass the block: POST /v1/sync with {"passBlock": ${height}}.`;
  }
  if (stuckAt !== null)
    return `Look at what the nodes answer about ${stuckAt}; after three ticks sync goes on without it.`;
  return (stoppedBy && actions[stoppedBy]) ?? 'Run a tick with POST /v1/sync, and look at its `reason`.';
}

function idle({ cursor }: Progress, [last]: readonly NotedTick[], { clock }: Pick<Service, 'clock'>): HealthReason[] {
  const action =
    'Run a tick with POST /v1/sync; on AWS look at the state machine `sync-loop`, locally at ASTAKE_SYNC_SECONDS.';
  if (last === undefined) {
    const detail = cursor === null ? 'Sync has not run yet.' : 'No tick of sync is known.';
    return [healthReason({ status: 'degraded', code: 'sync_not_begun', detail, action })];
  }
  const ended = Date.parse(last.at) + last.milliseconds;
  if (clock.now() - ended <= idleMs) return [];
  const since = new Date(ended).toISOString();
  const detail = `No tick of sync has ended for ${Math.floor((clock.now() - ended) / 1_000)} s.`;
  return [healthReason({ status: 'degraded', code: 'sync_idle', detail, since, action })];
}

function behind({ lagSeconds, lagBlocks }: Lag, { cursor }: Progress): HealthReason[] {
  if (cursor === null || lagSeconds === null || lagSeconds <= behindSeconds) return [];
  const unseen = lagBlocks === 0;
  return [
    healthReason({
      status: 'degraded',
      code: unseen ? 'head_unseen' : 'sync_behind',
      detail: unseen
        ? `No process has seen a node's newest block for ${lagSeconds} s.`
        : `The data is ${lagSeconds} s and ${lagBlocks} blocks behind the chain.`,
      action: unseen
        ? 'See the component `nodes`; when they are healthy, see whether sync runs: GET /v1/sync.'
        : 'Wait while the cursor in GET /v1/sync moves; else look at `stoppedBy` of its ticks.',
    }),
  ];
}

const actionAfterPassing =
  'If it names a form that is not known, look for a newer version of this service; if no node has a checksum, add a node that holds the state of older blocks.';

/** A block was passed unseen, an upgrade changed the rules, or blocks were not scanned. */
function owed({ reconcileFrom }: Progress): HealthReason[] {
  if (reconcileFrom === null) return [];
  const { height, reason, at } = reconcileFrom;
  const cure = reason.startsWith(passedUnseen) ? `${actionAfterPassing} ` : '';
  return [
    healthReason({
      status: 'degraded',
      code: 'reconciliation_owed',
      detail: `Since block ${height} any record may have changed without being seen, and not every record has been compared since: ${reason}`,
      since: at,
      action: `${cure}The hourly run compares them; to do so now: POST /v1/reconciliations.`,
    }),
  ];
}
