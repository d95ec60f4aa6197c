import { countdown } from '../../domain/deadline.ts';
import type { EntityRef } from '../../domain/entity.ts';
import { messageOf } from '../../domain/errors.ts';
import { type Invalidation, newestHead } from '../../domain/progress.ts';
import type { Service } from '../../domain/service.ts';
import { warm } from './hot-keys.ts';
import { lookup } from './lookup.ts';
import { type Owned, refsOf } from './owned.ts';

const warmedAtMost = 50;

export interface Marked {
  readonly marker: Invalidation;
  /** How many hot keys are being read again. */
  readonly warmed: number;
}

/**
 * Makes misses of all entries of a kind whose ids begin with the prefix and that were read at or below the newest known
 * block (rule TRACK-4). Nothing is deleted: an entry of a later reading is valid again.
 */
export async function invalidatePattern(
  { kind, prefix }: Omit<Invalidation, 'height'>,
  service: Service,
  actor = 'service',
): Promise<Marked> {
  const { progress: store, memory, clock } = service;
  const { head, cursor, mark } = await store.read();
  const known = newestHead(head, memory.head(), clock.steady());
  const marker = { kind, prefix, height: Math.max(known?.height ?? 0, cursor?.height ?? 0, mark ?? 0) };
  await store.invalidate(marker);
  await recordInAudit(actor, marker, new Date(clock.now()).toISOString(), service);
  const covers = (ref: EntityRef): boolean => ref.kind === kind && ref.id.startsWith(prefix);
  return { marker, warmed: await warm({ covers, limit: warmedAtMost }, service) };
}

const recordInAudit = (
  actor: string,
  after: object,
  timestamp: string,
  { audit }: Pick<Service, 'audit'>,
): Promise<void> =>
  audit.append({
    ref: { kind: 'service', id: 'invalidations' },
    cause: 'review',
    actor,
    before: null,
    after,
    block: null,
    timestamp,
  });

export interface Renewed {
  readonly renewed: number;
  readonly remaining: number;
  /** The last ref that was renewed, where more remain. */
  readonly last: EntityRef | null;
}

/** Less than a gateway waits, since a renewal that has begun may take one deadline more. */
const renewingMs = 22_000;
const atOnce = 10;
const listedAtOnce = 1_000;
const fromChain = { noCache: true, onlyIfCached: false, staleIfError: 0, aheadOfNeed: true, asNodesSay: true } as const;

/**
 * Reads an owner's records, and those about the owner's account, again from the chain, as many as there is time for. The
 * first failure ends it; where nothing was renewed before, it throws that failure.
 */
export async function renewOwned(owned: Owned, service: Service, actor = 'service'): Promise<Renewed> {
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
  await recordInAudit(actor, { owner, kinds, renewed, remaining, at }, at, service);
  return { renewed, remaining, last: remaining === 0 ? null : (last ?? null) };
}

/** Milliseconds that reading them may take beyond the deadline of an ordinary read. */
function overtimeOf([ref]: readonly EntityRef[], { definitions, limits }: Pick<Service, 'definitions' | 'limits'>) {
  const { patience = 1 } = definitions.get(ref?.kind ?? '') ?? {};
  return limits.deadlineMs * (patience - 1);
}

/** Waits for all of them before it throws the first failure. */
async function renew(refs: readonly EntityRef[], service: Service): Promise<void> {
  const outcomes = await Promise.allSettled(refs.map((ref) => lookup(ref, fromChain, service)));
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
}
