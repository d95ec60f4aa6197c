import { randomUUID } from 'node:crypto';
import { isOnAbandonedFork, type Snapshot } from '../../domain/claim.ts';
import { deadlineIn } from '../../domain/deadline.ts';
import type { Service } from '../../domain/service.ts';
import { type KeptCounts, stillExact, type TokenCounts } from '../../domain/token-counts.ts';
import { type WholeLists, wholeListsAnew } from './whole-lists.ts';

type CountingService = Pick<
  Service,
  'snapshots' | 'collections' | 'listings' | 'definitions' | 'shared' | 'clock' | 'progress' | 'limits' | 'memory'
>;

/** All processes together count a collection at most so often. */
const countedEveryMs = 60_000;
/** However well they hold, so that no mistake lasts. */
const countedAnewMs = 3_600_000;
/** The owners of more tokens do not fit into the memory that a count may take. */
const mostCounted = 1_000_000;

/**
 * Rule COLLECT-6: how many tokens of a collection there are, how many are burnt, and how many owners they have, each of them exact for the
 * block that is named. What was counted last is taken where it still holds; else the list is counted again, by one process at a time, and what
 * was counted before is given as it was, with its own block. undefined: nothing was counted yet. `read`: what was counted last, read after the
 * snapshot. Throws StoreUnavailable.
 */
export async function countsOf(
  whole: WholeLists,
  snapshot: Snapshot,
  service: CountingService,
  read?: KeptCounts,
): Promise<TokenCounts | undefined> {
  const { packageHash } = whole;
  const kept = read ??
    (await service.listings.counts([packageHash]))[0] ?? { packageHash, counts: null, touched: null };
  const held = holding(kept, whole, snapshot, service);
  if (held !== undefined) return held;
  const counted = await service.memory.flight(`count ${packageHash}`, () => countAgain(whole, service));
  return counted ?? earlier(kept, whole, snapshot);
}

/** What was counted last, if that is what counting now would give. */
function holding(
  kept: KeptCounts,
  { through, enumeration }: WholeLists,
  { progress }: Snapshot,
  { clock }: Pick<Service, 'clock'>,
): TokenCounts | undefined {
  const { counts } = kept;
  if (counts === null) return undefined;
  const { fork } = progress;
  const age = clock.now() - Date.parse(counts.countedAt);
  if (through !== null) {
    const isExact = age < countedAnewMs && stillExact(kept, { fork, enumeration: enumeration?.startedAt ?? null });
    if (!isExact) return undefined;
    const reached = counts.block !== null && counts.block.height > through.height ? counts.block : through;
    return { ...counts, block: reached };
  }
  return counts.block === null && age < countedEveryMs ? counts : undefined;
}

/**
 * What was true at its own block stays true of it, unless that block is of an abandoned fork. Numbers of no block, from before the lists
 * were whole, would say of a whole collection that it has no tokens.
 */
function earlier({ counts }: KeptCounts, { through }: WholeLists, { progress }: Snapshot): TokenCounts | undefined {
  if (counts === null) return undefined;
  const { block, fork } = counts;
  if (block === null) return through === null ? counts : undefined;
  return isOnAbandonedFork({ block, fork }, progress) ? undefined : counts;
}

async function countAgain(
  { packageHash, through: wholeThrough }: WholeLists,
  service: CountingService,
): Promise<TokenCounts | undefined> {
  const now = service.clock.now();
  // The first count of the whole collection does not wait for the minute after the last count of a part of it.
  const lease = wholeThrough === null ? `count ${packageHash}` : `count whole ${packageHash}`;
  const isFree = await service.progress.takeLease(lease, randomUUID(), now, now + countedEveryMs);
  if (!isFree) return undefined;
  const {
    snapshot,
    collections: [whole],
  } = await wholeListsAnew([packageHash], service);
  const { fork } = snapshot.progress;
  const found = await tally(packageHash, snapshot, service);
  if (found === undefined || whole === undefined) return undefined;
  const { highest, isNewer, ...numbers } = found;
  const through = whole.through;
  // A row of a later block or fork may be of a change after it: what was before, the list does not say.
  if (through !== null && (isNewer || highest > through.height)) return undefined;
  const counts: TokenCounts = {
    packageHash,
    ...numbers,
    block: through,
    fork,
    enumeration: through === null ? null : (whole.enumeration?.startedAt ?? null),
    countedAt: new Date(service.clock.now()).toISOString(),
  };
  await service.listings.keepCounts(counts);
  return counts;
}

/** undefined: there are too many tokens, or it takes too long. What only an abandoned fork has is left out, as it is from lists. */
async function tally(
  packageHash: string,
  { progress }: Snapshot,
  { listings, limits }: Pick<Service, 'listings' | 'limits'>,
) {
  const deadline = deadlineIn(limits.deadlineMs);
  const owners = new Set<string>();
  let [tracked, burnt, highest] = [0, 0, 0];
  let isNewer = false;
  for await (const holdings of listings.holdings(packageHash)) {
    for (const { owner, height, fork } of holdings) {
      if (isOnAbandonedFork({ fork, block: { height } }, progress)) continue;
      isNewer ||= fork > progress.fork;
      tracked += 1;
      if (owner === null) burnt += 1;
      else owners.add(owner);
      highest = Math.max(highest, height);
    }
    if (tracked > mostCounted || deadline.remaining() === 0) return undefined;
  }
  return { tracked, burnt, holders: owners.size, highest, isNewer };
}
