import { coverageWindowMs, invalidFrom } from '../../domain/coverage.ts';
import { parseRefKey, refKey } from '../../domain/entity.ts';
import type { CheckedSpan } from '../../domain/ports/records.ts';
import {
  type Phase,
  type Place,
  type Position,
  phases,
  type Reconciliation,
  type Scope,
  type ShardProgress,
} from '../../domain/reconciliation.ts';
import type { Service } from '../../domain/service.ts';
import { recordsOfPage } from '../../domain/shard.ts';
import { refsOf } from '../reading/owned.ts';

/** The ref keys of the next page, and the position after it. */
export interface NextPage {
  readonly keys: readonly string[];
  readonly next: Position;
}

type PageService = Pick<Service, 'records' | 'listings' | 'definitions'>;

/** Places read at once when most of them may be outside the scope. */
const searchedAtOnce = 1_000;
/** A record of a kind with `patience` counts as this many records, multiplied by its patience. */
const weightOfPatience = 10;

/** The next page that is not empty, in the order of the phases. Without keys: nothing is left. */
export async function nextPage(run: Reconciliation, progress: ShardProgress, service: PageService): Promise<NextPage> {
  let position: Position = progress;
  while (!position.done) {
    const page = await pageOf(run, progress.shard, position, service);
    if (page.keys.length > 0) return page;
    position = page.next;
  }
  return { keys: [], next: position };
}

/** How many records are left in all phases, as the index counts them. */
export async function countLeft(run: Reconciliation, progress: ShardProgress, service: PageService): Promise<number> {
  let left = 0;
  for (let position: ShardProgress = progress; !position.done; ) {
    const page = await nextPage(run, position, service);
    left += page.keys.length;
    position = { ...position, ...page.next };
  }
  return left;
}

function pageOf(run: Reconciliation, shard: number, position: Position, service: PageService): Promise<NextPage> {
  const { scope } = run;
  return scope.of === 'owner'
    ? ownedPage(scope.owner, position.after, service)
    : spanPage(run, scope, shard, position, service);
}

/** The entities of an owner: the account itself for kinds about an account, and the entities it owns for the other kinds. */
async function ownedPage(owner: string, after: Place | null, service: PageService): Promise<NextPage> {
  const kinds = [...service.definitions.keys()];
  const owned = { owner, kinds, after: after === null ? undefined : parseRefKey(after.key) };
  for await (const refs of refsOf(owned, recordsOfPage, service)) {
    const keys = refs.map(refKey);
    return { keys, next: { phase: 'rest', after: { checkedAt: '', key: keys.at(-1) ?? '' }, done: false } };
  }
  return { keys: [], next: { phase: 'rest', after: null, done: true } };
}

async function spanPage(
  run: Reconciliation,
  scope: IndexedScope,
  shard: number,
  { phase, after }: Position,
  service: PageService,
): Promise<NextPage> {
  const limit = scope.of === 'all' ? recordsOfPage : searchedAtOnce;
  const { places, more } = await service.records.byChecked(shard, {
    ...spanOf(phase, run),
    after: after ?? undefined,
    limit,
  });
  const wanted = places.filter(({ key }) => isWithin(scope, key));
  const page = cut(wanted, more, phase, service);
  // When all wanted places were taken, the next page begins after the last place that was read.
  const isWhole = page.keys.length === wanted.length;
  return isWhole && more ? { ...page, next: { phase, after: places.at(-1) ?? null, done: false } } : page;
}

/** A scope whose records are found by the index of verification dates. */
type IndexedScope = Exclude<Scope, { readonly of: 'owner' }>;

function isWithin(scope: IndexedScope, key: string): boolean {
  if (scope.of === 'all') return true;
  return key.startsWith(scope.of === 'kind' ? `${scope.kind}#` : `${scope.kind}#${scope.collection}:`);
}

/** The dates of verification of each phase. A record that was verified after the start of the run is in no phase. */
function spanOf(phase: Phase, { startedAt }: Reconciliation): CheckedSpan {
  const began = Date.parse(startedAt);
  const windowStart = new Date(began - coverageWindowMs).toISOString();
  if (phase === 'never') return { from: invalidFrom(began) };
  return phase === 'overdue' ? { until: windowStart } : { from: windowStart, until: startedAt };
}

/** As many places as one page may hold. A record that takes hundreds of calls shares its page with few others. */
function cut(
  places: readonly Place[],
  more: boolean,
  phase: Phase,
  { definitions }: Pick<Service, 'definitions'>,
): NextPage {
  let weight = 0;
  const taken: Place[] = [];
  for (const place of places) {
    const patience = definitions.get(parseRefKey(place.key).kind)?.patience;
    weight += patience === undefined ? 1 : patience * weightOfPatience;
    if (taken.length > 0 && weight > recordsOfPage) break;
    taken.push(place);
  }
  const hasMore = more || taken.length < places.length;
  const next = hasMore ? { phase, after: taken.at(-1) ?? null, done: false } : phaseAfter(phase);
  return { keys: taken.map(({ key }) => key), next };
}

function phaseAfter(phase: Phase): Position {
  const next = phases[phases.indexOf(phase) + 1];
  return next === undefined ? { phase, after: null, done: true } : { phase: next, after: null, done: false };
}
