import { countdown } from '../../domain/deadline.ts';
import type { EntityRef } from '../../domain/entity.ts';
import { messageOf } from '../../domain/errors.ts';
import { type Invalidation, newestHead } from '../../domain/progress.ts';
import type { Service } from '../../domain/service.ts';
import { lookup } from './lookup.ts';
import { type Owned, refsOf } from './owned.ts';
import { warm } from './warm.ts';

const warmedAtMost = 50;

export interface Marked {
  readonly marker: Invalidation;
  /** Of what is hot, how many are being read again. */
  readonly warmed: number;
}

/**
 * All entries of a kind whose ids begin with the prefix are misses, if they were read at or below the newest block that
 * anybody of ours knows. Nothing is deleted: a reading at a later block counts again.
 */
export async function invalidatePattern(
  { kind, prefix }: Omit<Invalidation, 'height'>,
  service: Service,
): Promise<Marked> {
  const { progress: store, memory, clock } = service;
  const { head, cursor, mark } = await store.read();
  const known = newestHead(head, memory.head());
  const marker = { kind, prefix, height: Math.max(known?.height ?? 0, cursor?.height ?? 0, mark ?? 0) };
  await store.invalidate(marker);
  await writeDown(marker, new Date(clock.now()).toISOString(), service);
  const covers = (ref: EntityRef): boolean => ref.kind === kind && ref.id.startsWith(prefix);
  return { marker, warmed: await warm({ covers, limit: warmedAtMost }, service) };
}

const writeDown = (after: object, timestamp: string, { audit }: Pick<Service, 'audit'>): Promise<void> =>
  audit.append({
    ref: { kind: 'service', id: 'invalidations' },
    cause: 'review',
    actor: 'operator',
    before: null,
    after,
    block: null,
    timestamp,
  });

export interface Renewed {
  readonly renewed: number;
  readonly remaining: number;
  /** The last one that was renewed, where there are more. */
  readonly last: EntityRef | null;
}

/** Within the time that a gateway waits: what has begun by then may take a deadline more. */
const renewingMs = 22_000;
const atOnce = 10;
const listedAtOnce = 1_000;
const fromChain = { noCache: true, onlyIfCached: false, staleIfError: 0, aheadOfNeed: true } as const;

/**
 * An owner's entries, and those about the owner's account itself, are read again from the chain one by one, as many as
 * there is time for. It ends at the first that fails; throws what that threw where none was renewed.
 */
export async function renewOwned(owned: Owned, service: Service): Promise<Renewed> {
  const time = countdown(renewingMs);
  let renewed = 0;
  let last = owned.after;
  try {
    for await (const refs of refsOf(owned, atOnce, service)) {
      if (renewed > 0 && time() <= overtimeOf(refs, service)) break;
      await renew(refs, service);
      renewed += refs.length;
      last = refs.at(-1);
    }
  } catch (error) {
    if (renewed === 0) throw error;
    service.log.warn('a renewal ended early', { error: messageOf(error) });
  }
  let remaining = 0;
  for await (const refs of refsOf({ ...owned, after: last }, listedAtOnce, service)) remaining += refs.length;
  const { owner, kinds } = owned;
  const at = new Date(service.clock.now()).toISOString();
  await writeDown({ owner, kinds, renewed, remaining, at }, at, service);
  return { renewed, remaining, last: remaining === 0 ? null : (last ?? null) };
}

/** Milliseconds that reading them may take beyond the deadline of an ordinary reading. */
function overtimeOf([ref]: readonly EntityRef[], { definitions, limits }: Pick<Service, 'definitions' | 'limits'>) {
  const { patience = 1 } = definitions.get(ref?.kind ?? '') ?? {};
  return limits.deadlineMs * (patience - 1);
}

/** All of them are done before it throws what the first one threw. */
async function renew(refs: readonly EntityRef[], service: Service): Promise<void> {
  const outcomes = await Promise.allSettled(refs.map((ref) => lookup(ref, fromChain, service)));
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
}
