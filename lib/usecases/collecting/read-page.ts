import pLimit from 'p-limit';
import type { PinnedBlock } from '../../domain/block.ts';
import { isUnusable, verifiedThrough } from '../../domain/claim.ts';
import { isEdited } from '../../domain/compare.ts';
import { deadlineIn } from '../../domain/deadline.ts';
import { type EntityDefinition, type EntityRef, refKey } from '../../domain/entity.ts';
import { ChainUnavailable, messageOf, StoreUnavailable, UnusableAnswer } from '../../domain/errors.ts';
import type { EntityRecord } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';
import { corroborate } from '../observing/corroborate.ts';
import { atNewestTip, newestTip, publishHead } from '../observing/tip.ts';
import { type Refreshed, refresh } from '../reading/refresh.ts';
import { entryOf, putEntry } from '../saving/cache-entry.ts';
import { renewBasis, renewRecord } from '../saving/renew.ts';
import { isRenewable } from '../saving/tracking.ts';
import { basisNames } from '../store-access.ts';
import { type KeepingTokens, type KeptTokens, ownListOf, tipQuery } from './token-source.ts';

/** A batch of sync makes at most so many readings vain (rule SAVE-2). */
const readAtOnce = 8;
const attempts = 3;

/**
 * Rule COLLECT-3: each token of these places gets a record that is claimed through the block of the enumeration, or later. That the
 * chain has no such token is not taken from one node. Throws ChainUnavailable where the nodes are at fault, ListNotReadable, StoreUnavailable.
 */
export async function readPage(
  places: readonly number[],
  keeping: KeepingTokens,
  service: Service,
): Promise<KeptTokens> {
  const { enumeration, snapshot } = keeping;
  const list = await ownListOf(keeping, service);
  return atNewestTip(tipQuery(snapshot, service, enumeration.block.height), service, async (block) => {
    await publishHead(service);
    const tokens = await list.tokensAt(places, block);
    const refs = new Map(tokens.flatMap((ref) => (ref === undefined ? [] : [[refKey(ref), ref] as const])));
    await keepBasis(keeping, service);
    const failures = await readAll([...refs.values()], block, keeping, service);
    const failed = places.filter((_, index) => {
      const ref = tokens[index];
      return ref !== undefined && failures.has(refKey(ref));
    });
    return { failed, reason: [...failures.values()][0] ?? null };
  });
}

/** Rule COLLECT-7. */
async function keepBasis({ known, snapshot }: KeepingTokens, service: Service): Promise<void> {
  const { name } = known.collection;
  await renewBasis({ name, definition: service.shared.basis(name)?.definition ?? '' }, snapshot, service);
}

/**
 * What could not be kept, by its ref key, each as a sentence. Where no token could be read and some could not be asked for, the nodes are
 * at fault.
 */
async function readAll(
  refs: readonly EntityRef[],
  block: PinnedBlock,
  keeping: KeepingTokens,
  service: Service,
): Promise<ReadonlyMap<string, string>> {
  const failures = new Map<string, string>();
  let left = refs;
  let hasRead = false;
  let last: ChainUnavailable | undefined;
  for (let attempt = 1; attempt <= attempts && left.length > 0; attempt += 1) {
    const records = await service.records.getMany(left);
    const again: EntityRef[] = [];
    const limit = pLimit(readAtOnce);
    try {
      await limit.map(left, async (ref, index) => {
        try {
          const failure = await keepToken(ref, records[index], block, keeping, service);
          hasRead = true;
          if (failure !== undefined) failures.set(refKey(ref), `${refKey(ref)} ${failure}`);
        } catch (error) {
          if (!(error instanceof ChainUnavailable)) throw error;
          if (error instanceof UnusableAnswer) unread(ref, error);
          else again.push(ref);
          last = error;
        }
      });
    } finally {
      limit.clearQueue();
    }
    left = again;
  }
  // A rate that is used up says nothing of the tokens (rule LIMIT-3).
  if (last !== undefined && left.length > 0 && (!hasRead || last.code === 'overloaded')) throw last;
  for (const ref of left) unread(ref, last);
  return failures;

  function unread(ref: EntityRef, error: unknown): void {
    failures.set(refKey(ref), `${refKey(ref)} cannot be read: ${messageOf(error)}`);
  }
}

/** undefined: it is kept. Else why not, as the end of a sentence. */
async function keepToken(
  ref: EntityRef,
  record: EntityRecord | undefined,
  block: PinnedBlock,
  keeping: KeepingTokens,
  service: Service,
): Promise<string | undefined> {
  const { snapshot } = keeping;
  const definition = service.definitions.get(ref.kind) as EntityDefinition;
  if (record !== undefined && (await isKept(record))) return renewed(record);
  const tipAt = (height: number) => newestTip(tipQuery(snapshot, service, height), service);
  // A record may be of a later block than this page's.
  const own = record !== undefined && record.block.height > block.height ? await tipAt(record.block.height) : block;
  const deadline = deadlineIn(service.limits.deadlineMs);
  const request = { definition, ref, block: own, before: record, snapshot, signal: deadline.signal(), deadline, tipAt };
  const failure = failureOf(await refresh({ ...request, cause: 'enumeration' }, service));
  if (failure !== absent) return failure;
  const { observed } = await corroborate({ ...request, record: undefined }, service);
  if (observed === undefined) return 'is there at some nodes, and not at others';
  if (observed.observation.value === null) return absent;
  throw new ChainUnavailable('one node does not have a token that the others have');

  async function isKept(stored: EntityRecord): Promise<boolean> {
    if (isEdited(stored) || stored.conflict !== null || isUnusable(stored, snapshot.progress)) return false;
    const whole = await service.snapshots.withBases(snapshot, basisNames(stored));
    const through = verifiedThrough(stored, whole, definition.definition, service.clock.now());
    return through.height >= keeping.enumeration.block.height;
  }

  /** Rule COLLECT-7. */
  async function renewed(stored: EntityRecord): Promise<undefined> {
    if (!isRenewable(stored.trackedUntil, service.clock.now())) return;
    const later = await renewRecord(stored, service);
    if (later !== undefined) await putEntry(entryOf(later), service);
  }
}

function failureOf({ observation, saved, unreadable }: Refreshed): string | undefined {
  if (unreadable !== undefined) return `cannot be read: ${unreadable}`;
  if (saved === undefined) throw new StoreUnavailable('a token was not saved');
  switch (saved.outcome) {
    case 'saved':
    case 'winner-kept':
      return saved.record.tooLarge ? tooLarge : saved.record.conflict === null ? undefined : disputed;
    case 'absence-cached':
      return absent;
    case 'not-saved':
      if (observation.value === null && saved.record === undefined) return absent;
      return saved.record === undefined ? tooLarge : 'has a record that takes no change';
    case 'in-dispute':
    case 'collection-gone':
      return disputed;
    case 'unverifiable':
      return 'is contradicted, and the nodes do not agree';
    case 'overtaken':
      throw new ChainUnavailable('sync was faster; read again');
  }
}

const tooLarge = 'is too large to keep';
/** A list that names what is not there is not understood: some other token may be there. */
const absent = 'is on the list of its contract, and is not on the chain';
const disputed = 'is in dispute';
