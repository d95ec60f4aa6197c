import { randomUUID } from 'node:crypto';
import type { Enumeration } from '../../domain/collection.ts';
import { ChainUnavailable, messageOf } from '../../domain/errors.ts';
import type { Service } from '../../domain/service.ts';
import type { KnownCollection } from '../status/wholeness.ts';
import { wholenessOf } from '../status/wholeness.ts';
import { type NextPass, nextPass } from './next-pass.ts';
import { readPage } from './read-page.ts';
import { type KeepingTokens, type KeptTokens, ownListOf } from './token-source.ts';

export interface Enumerated {
  /** Nothing is left that this worker can do now. */
  readonly done: boolean;
}

/** After this time no further page is begun; the next invocation goes on. */
const startMs = 60_000;
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
    if (!(error instanceof ChainUnavailable)) throw error;
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
  const next =
    pass.do === 'begin' ? await begun(pass, keeping, service) : await goneOn(pass.enumeration, keeping, service);
  // Another worker may have been faster: the next step begins with what is stored.
  if (await service.collections.change(next)) report(next, known, service);
  return true;
}

async function begun(
  { enumeration }: Extract<NextPass, { do: 'begin' }>,
  keeping: KeepingTokens,
  service: Service,
): Promise<Enumeration> {
  const total = (await (await ownListOf(keeping, service)).length()) ?? null;
  if (total === null) return { ...enumeration, total, status: 'effects-only', finishedAt: enumeration.startedAt };
  return finished({ ...enumeration, total }, service);
}

async function goneOn(enumeration: Enumeration, keeping: KeepingTokens, service: Service): Promise<Enumeration> {
  const read: KeptTokens = await readPage(keeping, service);
  return finished(
    {
      ...enumeration,
      next: read.next,
      failed: enumeration.failed + read.failed,
      reason: read.reason ?? enumeration.reason,
      updatedAt: new Date(service.clock.now()).toISOString(),
      revision: enumeration.revision + 1,
    },
    service,
  );
}

function finished(pass: Enumeration, { clock }: Pick<Service, 'clock'>): Enumeration {
  if (pass.next < (pass.total ?? 0)) return pass;
  return { ...pass, status: pass.failed === 0 ? 'whole' : 'broken', finishedAt: new Date(clock.now()).toISOString() };
}

function report(next: Enumeration, { collection, wholeness }: KnownCollection, { log }: Pick<Service, 'log'>): void {
  const { status, total, failed, reason, block } = next;
  const details = { collection: collection.alias, tokens: total, block: block.height };
  if (next.next === 0 && status === 'enumerating')
    log.info('an enumeration begins', { ...details, why: wholeness.reason });
  if (next.finishedAt === null) return;
  if (status === 'broken') log.warn('a collection is not whole', { ...details, failed, reason });
  else log.info(status === 'whole' ? 'a collection is whole' : 'a contract lists its tokens nowhere', details);
}
