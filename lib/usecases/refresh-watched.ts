import { bareHash } from '../domain/account-id.ts';
import type { BasisReader } from '../domain/chain.ts';
import { ofAnotherBranch, verifiedThrough } from '../domain/claim.ts';
import { isEdited } from '../domain/compare.ts';
import { abortIn } from '../domain/deadline.ts';
import { type EntityDefinition, type EntityRef, refKey } from '../domain/entity.ts';
import { ChainUnavailable } from '../domain/errors.ts';
import { RULES } from '../domain/progress.ts';
import type { EntityRecord } from '../domain/record.ts';
import type { Service } from '../domain/service.ts';
import { type Following, Overtaken } from './follow-batch.ts';
import { observeAnywhere } from './observe.ts';
import { comparedWith, entryOf, putEntry } from './save.ts';
import { settle } from './settle.ts';

export interface Refreshing extends Following {
  readonly bases: BasisReader;
}

/**
 * Brings one record to the last block of the batch, and puts its cache entry, whatever was there: the cursor passes the
 * batch only then. One that cannot be read, while everything else can, is let go: it must not stop all others. Throws
 * Overtaken, ChainUnavailable or StoreUnavailable where that cannot be done.
 */
export async function refreshWatched(
  ref: EntityRef,
  before: EntityRecord | undefined,
  refreshing: Refreshing,
  service: Service,
): Promise<void> {
  try {
    await bringUp(ref, before, refreshing, service);
  } catch (error) {
    if (!(await refreshing.isHopeless(error))) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    service.log.error('a record cannot be read, and is not followed any more', { ref: refKey(ref), reason });
    service.metrics.count('LetGo');
    const instead = before && (await letGo(before, service));
    if (instead !== undefined) await refreshWatched(ref, instead, refreshing, service);
  }
}

async function bringUp(
  ref: EntityRef,
  before: EntityRecord | undefined,
  refreshing: Refreshing,
  service: Service,
): Promise<void> {
  const { batch, snapshot, signal, bases } = refreshing;
  const { progress } = snapshot;
  const definition = service.definitions.get(ref.kind);
  if (definition === undefined) return;
  if (before !== undefined && isThere(before)) return putEntry(entryOf(before), service);
  if (before !== undefined && before.rules > RULES) throw new Overtaken('newer rules have saved a record');

  const scanned = before && isScanned(before) ? { validators: validatorsOf(ref) } : undefined;
  const observing = { definition, ref, block: batch.last, before, scanned, signal };
  const observed = await observeAnywhere(observing, { ...service, bases });
  const dispute = AbortSignal.any([signal, abortIn(service.limits.deadlineMs)]);
  const settling = {
    definition,
    observed,
    block: batch.last,
    read: before,
    cause: 'sync',
    progress,
    signal: dispute,
  } as const;
  const { saved } = await settle(settling, service);
  if (saved.outcome === 'unverifiable') throw new ChainUnavailable(`nobody can tell whether ${refKey(ref)} is right`);
  if (saved.outcome === 'overtaken') throw new Overtaken('another runner has begun a later batch');
  if (saved.outcome !== 'not-saved' || before === undefined) return;
  const instead = await letGo(before, service);
  if (instead !== undefined) await refreshWatched(ref, instead, refreshing, service);

  /** A record in dispute claims nothing; one that was written behind our back has come nowhere. */
  function isThere(record: EntityRecord): boolean {
    if (record.conflict?.state === 'open') return true;
    if (isEdited(record)) return false;
    return record.block.height >= batch.last.height && !ofAnotherBranch(record, progress);
  }

  /**
   * Every block since its own was scanned for its keys. That the era has moved since then adds nothing to an open set: what a
   * switch block does to a position, it does where something is held, is leaving, or is on its way to.
   */
  function isScanned(record: EntityRecord): boolean {
    if (isEdited(record)) return false;
    const own = { ...record, bases: [] };
    const { height } = verifiedThrough(own, snapshot, (definition as EntityDefinition).definition, service.clock.now());
    return progress.cursor !== null && height >= progress.cursor.height;
  }

  function validatorsOf({ id }: EntityRef): string[] {
    return batch.stakes.flatMap(({ account, validator }) => (account === bareHash(id) ? [validator] : []));
  }
}

/**
 * Nothing takes the record's place, since what was read knows less, or nothing could be read: it stays as of its own block,
 * and is not followed any more until somebody reads it whole. Gives the record that is there instead, if another one has come.
 */
async function letGo(before: EntityRecord, service: Service): Promise<EntityRecord | undefined> {
  const record = { ...before, followedUntil: new Date(service.clock.now()).toISOString() };
  const outcome = await service.records.save(record, comparedWith(before), undefined);
  if (!outcome.won) return outcome.winner;
  await putEntry(entryOf(record), service);
  return undefined;
}
