import { parseRefKey, refKey } from '../../domain/entity.ts';
import {
  type Phase,
  type Place,
  type Position,
  phases,
  type Reconciliation,
  type ShardProgress,
} from '../../domain/reconciliation.ts';
import type { Service } from '../../domain/service.ts';
import { refsOf } from '../reading/owned.ts';
import { spanOf } from '../status/spans.ts';
import { isWithin } from './scope.ts';

/** What is looked at next, by ref keys, and where it goes on behind that. */
export interface NextPage {
  readonly keys: readonly string[];
  readonly next: Position;
}

type PageService = Pick<Service, 'records' | 'progress' | 'clock' | 'definitions'>;

/** Of records that one reading is enough for. */
const pageSize = 100;
/** Places read at once where most of them may be no part of the scope. */
const searchedAtOnce = 1_000;
/** Of a record whose kind asks for so many deadlines, instead of one that asks for one. */
const weightOfPatience = 10;

/** The next page that has anything in it, in the order of the phases; without keys: nothing is left. */
export async function nextPage(run: Reconciliation, progress: ShardProgress, service: PageService): Promise<NextPage> {
  let position: Position = progress;
  while (!position.done) {
    const page = await pageOf(run, { ...progress, ...position }, service);
    if (page.keys.length > 0) return page;
    position = page.next;
  }
  return { keys: [], next: position };
}

/** How many are left, of those that the index still has in these phases. */
export async function countLeft(run: Reconciliation, progress: ShardProgress, service: PageService): Promise<number> {
  let left = 0;
  for (let position: ShardProgress = progress; !position.done; ) {
    const page = await nextPage(run, position, service);
    left += page.keys.length;
    position = { ...position, ...page.next };
  }
  return left;
}

function pageOf(run: Reconciliation, progress: ShardProgress, service: PageService): Promise<NextPage> | NextPage {
  const { scope } = run;
  if (scope.of === 'owner') return ownedPage(scope.owner, progress.after, pageSize, service);
  return spanPage(run, scope, progress.phase, progress, service);
}

/** What is an account's: of kinds that are about an account the account's own, of the others those that it owns. */
async function ownedPage(
  owner: string,
  after: Place | null,
  limit: number,
  service: Pick<Service, 'records' | 'definitions'>,
): Promise<NextPage> {
  const kinds = [...service.definitions.keys()];
  const owned = { owner, kinds, after: after === null ? undefined : parseRefKey(after.key) };
  for await (const refs of refsOf(owned, limit, service)) {
    const keys = refs.map(refKey);
    return { keys, next: { phase: 'rest', after: { checkedAt: '', key: keys.at(-1) ?? '' }, done: false } };
  }
  return { keys: [], next: { phase: 'rest', after: null, done: true } };
}

async function spanPage(
  run: Reconciliation,
  scope: Parameters<typeof isWithin>[0],
  phase: Phase,
  { shard, after }: ShardProgress,
  service: PageService,
): Promise<NextPage> {
  const limit = scope.of === 'all' ? pageSize : searchedAtOnce;
  const { places, more } = await service.records.byChecked(shard, {
    ...spanOf(phase, run),
    after: after ?? undefined,
    limit,
  });
  const wanted = places.filter(({ key }) => isWithin(scope, key));
  const page = cut(wanted, more, phase, service);
  // All of them were taken: it goes on behind the last one that was read.
  const isWhole = page.keys.length === wanted.length;
  return isWhole && more ? { ...page, next: { phase, after: places.at(-1) ?? null, done: false } } : page;
}

/** As many as may be read together; what takes hundreds of calls is not read with many others. */
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
    if (taken.length > 0 && weight > pageSize) break;
    taken.push(place);
  }
  const goesOn = more || taken.length < places.length;
  const next = goesOn ? { phase, after: taken.at(-1) ?? null, done: false } : behind(phase);
  return { keys: taken.map(({ key }) => key), next };
}

function behind(phase: Phase): Position {
  const next = phases[phases.indexOf(phase) + 1];
  return next === undefined ? { phase, after: null, done: true } : { phase: next, after: null, done: false };
}
