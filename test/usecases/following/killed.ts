import { expect } from '@jest/globals';
import type { AuditEntry, CacheEntry, EntityRecord } from '../../../lib/domain/record.ts';
import type { Running } from '../../../lib/runtime/service.ts';
import type { Store } from '../../../lib/store/store.ts';
import { verifyTrail } from '../../../lib/usecases/audit/verify-trail.ts';
import { runTick } from '../../../lib/usecases/following/tick.ts';
import { createMemoryStore, type MemoryTables } from '../../support/memory-store.ts';
import type { Watching, World } from './world.ts';

/** When a process is killed: at its k-th call of the store or a node, before or after the call takes effect. */
export interface Death {
  readonly call: number;
  readonly when: 'before' | 'after';
}

class Killed extends Error {
  override readonly name = 'Killed';
}

/** Runs a tick that is killed. False where it ended before. */
export const tickAndDie = (world: World, death: Death): Promise<boolean> => workAndDie(world, death, runTick);

/**
 * Does the work of a process that is killed: none of its later calls takes effect. False where it ended before. The name of
 * each call is added to `calls`.
 */
export async function workAndDie(
  world: World,
  { call, when }: Death,
  work: (service: Running) => Promise<unknown>,
  calls: string[] = [],
): Promise<boolean> {
  let isDead = false;
  const live = (): void => {
    if (isDead) throw new Killed();
  };
  const count = (name: string): void => {
    live();
    isDead = calls.push(name) === call;
    live();
  };
  const watching: Watching =
    when === 'before'
      ? { onCall: count, onRequest: count }
      : { onRequest: live, onAnswer: () => count('an answer'), around: (store) => guarded(store, live, count) };
  await work(world.process(watching)).catch((error: unknown) => {
    if (!(error instanceof Killed)) throw error;
  });
  return isDead;
}

/** A store that runs `before` ahead of each call, and `after` once it has taken effect, before the caller has the answer. */
function guarded(store: Store, before: () => void, after: (name: string) => void): Store {
  const passOn =
    (name: string) =>
    (value: unknown): unknown => {
      after(name);
      return value;
    };
  async function* pages(answer: AsyncIterable<unknown>, name: string): AsyncIterable<unknown> {
    for await (const page of answer) yield passOn(name)(page);
  }
  const port = (of: string, calls: object): object =>
    Object.fromEntries(
      Object.entries(calls).map(([call, made]) => [
        call,
        (...args: unknown[]) => {
          before();
          const answer = made(...args);
          const name = `${of}.${call}`;
          return Symbol.asyncIterator in answer ? pages(answer, name) : answer.then(passOn(name));
        },
      ]),
    );
  return Object.fromEntries(Object.entries(store).map(([of, calls]) => [of, port(of, calls)])) as unknown as Store;
}

const ticksToRecover = 3;

/** Another process goes on, once the lease of the killed one has expired. */
export async function recover(world: World): Promise<void> {
  world.pass(16_000);
  const runner = world.process();
  for (let ticks = 1; ticks <= ticksToRecover; ticks += 1) {
    if ((await runTick(runner)).stoppedBy === 'done') return;
  }
  throw new Error(`not done after ${ticksToRecover} ticks`);
}

/** Rows are never changed in place, except the expiry of watches. */
export const copyOf = (tables: MemoryTables): MemoryTables => ({
  ...tables,
  records: new Map(tables.records),
  listings: new Map([...tables.listings].map(([list, rows]) => [list, new Map(rows)])),
  counts: new Map(tables.counts),
  activity: new Map(tables.activity),
  audit: new Map(tables.audit),
  cache: new Map(tables.cache),
  watches: new Map([...tables.watches].map(([key, rows]) => [key, new Map(rows)])),
  conflicts: new Map(tables.conflicts),
  outbox: new Map(tables.outbox),
  reconciliations: new Map(tables.reconciliations),
  shards: new Map(tables.shards),
  leases: new Map(tables.leases),
  hotKeys: new Map(tables.hotKeys),
  drift: new Map(tables.drift),
  submissions: new Map(tables.submissions),
});

/** The contents of the tables without what depends on when they were written, or by how many. */
export function held({
  records,
  activity,
  audit,
  cache,
  watches,
  outbox,
  conflicts,
  directory,
  progress,
}: MemoryTables): object {
  const { cursor, mark, followedFrom, activityFrom, fork, protocolVersion, logicVersion, settings, stalled } = progress;
  const reconcileFrom = progress.reconcileFrom && { ...progress.reconcileFrom, at: undefined };
  return {
    records: sorted(records, ({ checkedAt, trackedUntil, auditHead, ...record }: EntityRecord) => record),
    activity: sorted(activity, (one) => one),
    // What nodes were barred for depends on who was asked.
    audit: sorted(new Map([...audit].filter(([key]) => !key.startsWith('node#'))), (trail) =>
      trail.map(({ timestamp, digest, previousDigest, ...entry }: AuditEntry) => entry),
    ),
    cache: sorted(cache, ({ entry: { trackedUntil, ...entry } }: { readonly entry: CacheEntry }) => entry),
    watches: sorted(watches, (rows) => [...rows.keys()].sort()),
    outbox: [...outbox.keys()].sort(),
    conflicts: [...conflicts.keys()],
    directory,
    progress: {
      cursor,
      mark,
      followedFrom,
      activityFrom,
      fork,
      protocolVersion,
      logicVersion,
      settings,
      reconcileFrom,
      stalled,
    },
  };
}

const sorted = <Value, Shown>(table: ReadonlyMap<string, Value>, show: (value: Value) => Shown): [string, Shown][] =>
  [...table].map(([key, value]): [string, Shown] => [key, show(value)]).sort(([a], [b]) => (a < b ? -1 : 1));

/** `toEqual` is slow: it is called only where they differ. */
export function expectSame(a: object, b: object): void {
  if (JSON.stringify(a) !== JSON.stringify(b)) expect(a).toEqual(b);
}

/** For all records that have changed since then: the audit trail is complete, has no entry twice and ends at the record. */
export async function expectWholeTrails(tables: MemoryTables, since: MemoryTables): Promise<void> {
  const store = createMemoryStore({ tables });
  for (const [key, record] of tables.records) {
    if (since.records.get(key)?.auditHead === record.auditHead) continue;
    const verified = await verifyTrail(record.ref, true, store);
    expect([key, verified.broken, verified.entries]).toEqual([key, undefined, record.sequence]);
  }
}
