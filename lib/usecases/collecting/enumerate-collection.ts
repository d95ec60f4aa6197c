import { randomUUID } from 'node:crypto';
import { type Enumeration, mostPlacesKept } from '../../domain/collection.ts';
import { ChainUnavailable, messageOf } from '../../domain/errors.ts';
import type { Service } from '../../domain/service.ts';
import type { KnownCollection } from '../status/wholeness.ts';
import { wholenessOf } from '../status/wholeness.ts';
import { type NextPass, nextPass, type PassBegun } from './next-pass.ts';
import { readPage } from './read-page.ts';
import { type KeepingTokens, ListNotReadable, ownListOf } from './token-source.ts';

export interface Enumerated {
  /** Nothing is left that this worker can do now. */
  readonly done: boolean;
}

/** After this time no further page is begun; the next invocation goes on. */
const startMs = 60_000;
const pageSize = 100;
const leaseMs = 5 * 60_000;

/**
 * Rule COLLECT-3: goes on with one collection, page by page, from where it was left. A worker that is killed at any point and restarted
 * reads at most one page again, of which it skips what is kept. Throws StoreUnavailable.
 */
export async function enumerateCollection(
  { collection }: { readonly collection: string },
  service: Service,
  budgetMs = startMs,
): Promise<Enumerated> {
  const { progress, clock } = service;
  const lease = `enumerate#${collection}`;
  const owner = randomUUID();
  const began = performance.now();
  if (!(await progress.takeLease(lease, owner, clock.now(), clock.now() + leaseMs))) return { done: true };
  try {
    for (;;) {
      // Rule LIMIT-3.
      const { value: goesOn } = await service.chain.counted(() => step(collection, service), 'reconciliation');
      if (!goesOn) return { done: true };
      if (performance.now() - began > budgetMs) return { done: false };
    }
  } catch (error) {
    if (!(error instanceof ChainUnavailable || error instanceof ListNotReadable)) throw error;
    service.log.warn('an enumeration waits for the chain', { collection, reason: messageOf(error) });
    return { done: true };
  } finally {
    await progress.endLease(lease, owner);
  }
}

/** One page. False: there is nothing to do. */
async function step(packageHash: string, service: Service): Promise<boolean> {
  const snapshot = await service.snapshots.renewed();
  service.memory.enter(snapshot.progress.fork);
  const [known] = await wholenessOf(snapshot, service, [packageHash]);
  if (known === undefined) return false;
  const pass = nextPass(known, snapshot, service);
  if (pass.do === 'nothing') return false;
  const keeping: KeepingTokens = { known, snapshot, enumeration: pass.enumeration };
  const next = await passed(pass, keeping, service).catch((error: unknown) => {
    // A whole collection is so without another look at its list.
    if (!(error instanceof ListNotReadable) || pass.enumeration.status === 'whole') throw error;
    return broken({ total: null, ...pass.enumeration, reason: error.message }, service);
  });
  // Another worker may have been faster: the next step begins with what is stored.
  const revision = (known.state.enumeration?.revision ?? 0) + 1;
  if (await service.collections.change({ ...next, revision })) report(next, known, service);
  return true;
}

function passed(
  pass: Exclude<NextPass, { do: 'nothing' }>,
  keeping: KeepingTokens,
  service: Service,
): Promise<Enumeration> {
  if (pass.do === 'begin') return begun(pass.enumeration, keeping, service);
  return pass.do === 'go-on'
    ? goneOn(pass.enumeration, keeping, service)
    : triedAgain(pass.enumeration, keeping, service);
}

async function begun(enumeration: PassBegun, keeping: KeepingTokens, service: Service): Promise<Enumeration> {
  const total = (await (await ownListOf(keeping, service)).length()) ?? null;
  if (total === null) return { ...enumeration, total, status: 'effects-only', finishedAt: enumeration.startedAt };
  return finished({ ...enumeration, total }, service);
}

async function goneOn(enumeration: Enumeration, keeping: KeepingTokens, service: Service): Promise<Enumeration> {
  const next = Math.min(enumeration.next + pageSize, enumeration.total ?? 0);
  const places = Array.from({ length: next - enumeration.next }, (_, index) => enumeration.next + index);
  const { failed, reason } = await readPage(places, keeping, service);
  return finished(
    {
      ...enumeration,
      status: enumeration.status === 'whole' ? 'whole' : 'enumerating',
      next,
      failed: enumeration.failed + failed.length,
      again: [...enumeration.again, ...failed].slice(0, mostPlacesKept),
      reason: reason ?? enumeration.reason,
    },
    service,
  );
}

/** Rule COLLECT-8: only what could not be kept. Where that was more than is known by its places, it goes on behind the last of them. */
async function triedAgain(enumeration: Enumeration, keeping: KeepingTokens, service: Service): Promise<Enumeration> {
  const { again, failed: before, total, next } = enumeration;
  const { failed, reason } = await readPage(again, keeping, service);
  const isAll = before === again.length;
  return finished(
    {
      ...enumeration,
      status: 'enumerating',
      next: isAll ? next : Math.min((again.at(-1) ?? 0) + 1, total ?? 0),
      failed: failed.length,
      again: failed,
      reason,
    },
    service,
  );
}

function finished(pass: Enumeration, service: Pick<Service, 'clock'>): Enumeration {
  if (pass.next < (pass.total ?? 0)) return changed({ ...pass, finishedAt: null }, service);
  if (pass.failed > 0) return broken(pass, service);
  const done = changed({ ...pass, status: 'whole', reason: null, tries: 0, failingSince: null }, service);
  return { ...done, finishedAt: done.updatedAt };
}

function broken(pass: Enumeration, service: Pick<Service, 'clock'>): Enumeration {
  const done = changed({ ...pass, status: 'broken', tries: pass.tries + 1 }, service);
  return { ...done, finishedAt: done.updatedAt, failingSince: pass.failingSince ?? done.updatedAt };
}

const changed = (pass: Enumeration, { clock }: Pick<Service, 'clock'>): Enumeration => ({
  ...pass,
  updatedAt: new Date(clock.now()).toISOString(),
});

function report(next: Enumeration, { collection, wholeness }: KnownCollection, { log }: Pick<Service, 'log'>): void {
  const { status, total, failed, reason, block, tries } = next;
  const details = { collection: collection.alias, tokens: total, block: block.height };
  if (next.next === 0 && status === 'enumerating')
    log.info('an enumeration begins', { ...details, why: wholeness.reason });
  if (next.finishedAt === null) return;
  if (status === 'broken') log.warn('a collection is not whole', { ...details, failed, reason, tries });
  else log.info(status === 'whole' ? 'a collection is whole' : 'a contract lists its tokens nowhere', details);
}
