import { describe, expect, test } from '@jest/globals';
import { RpcFailure } from '../../../lib/chain/rpc/errors.ts';
import { refKey } from '../../../lib/domain/entity.ts';
import { StoreUnavailable } from '../../../lib/domain/errors.ts';
import { defaultReadOptions } from '../../../lib/domain/freshness.ts';
import type { Publisher } from '../../../lib/domain/ports/outbox.ts';
import type { Running } from '../../../lib/runtime/service.ts';
import { resolveConflict } from '../../../lib/usecases/conflicts/resolve-conflict.ts';
import { lookup } from '../../../lib/usecases/reading/lookup.ts';
import { type ResolvedOverdue, resolveOverdue } from '../../../lib/usecases/reconciliation/resolve-overdue.ts';
import { beginOrResume } from '../../../lib/usecases/reconciliation/runs.ts';
import { cancelReconciliation } from '../../../lib/usecases/reconciliation/start.ts';
import { askAll, refOf, wrongAnswers } from '../following/follow.ts';
import { copyOf, expectSame, expectWholeTrails, held, workAndDie } from '../following/killed.ts';
import type { Alter, World, WorldOptions } from '../following/world.ts';
import { timeless } from './killed-run.ts';
import { edited } from './plant.ts';
import { followedTables, questions, truth, worldOn } from './small-world.ts';

const followed = await followedTables();
const aMinute = 60_000;
const transactions = [...followed.records.keys()].filter((key) => key.startsWith('transaction#'));
const [first = '', second = '', third = ''] = transactions;

/** Rows were edited, and read so many minutes ago, which opened their conflicts. The stream lost the events. */
async function leftOpen(minutesAgo: Readonly<Record<string, number>>, options: WorldOptions = {}): Promise<World> {
  const longestAgo = Math.max(...Object.values(minutesAgo));
  const world = await worldOn(followed, -longestAgo * aMinute, options);
  let ago = longestAgo;
  for (const [key, minutes] of Object.entries(minutesAgo).sort(([, a], [, b]) => b - a)) {
    world.pass((ago - minutes) * aMinute);
    ago = minutes;
    edited({ cost: '1', balance: '1' })(key, world.tables);
    const { conflict } = await lookup(refOf(key), { ...defaultReadOptions, noCache: true }, world.process());
    if (conflict === null) throw new Error(`no conflict was opened for ${key}`);
  }
  world.pass(ago * aMinute);
  return world;
}

/** A bus that accepts all events that it does not refuse, and the ids of the accepted events. */
function createBus(refuses: (id: string) => boolean = () => false) {
  const published: string[] = [];
  const publisher: Publisher = {
    async publish(events) {
      const refused = events.map(({ id }) => id).filter(refuses);
      published.push(...events.map(({ id }) => id).filter((id) => !refused.includes(id)));
      return { refused };
    },
  };
  return { published, publisher };
}

async function begun(service: Running): Promise<string> {
  const result = await beginOrResume({ scope: { of: 'all' }, dryRun: false, startedBy: 'schedule' }, service);
  return 'run' in result ? result.run.id : result.busy.id;
}

const resolveAll = async (service: Running, publisher = createBus().publisher): Promise<ResolvedOverdue> =>
  resolveOverdue(await begun(service), { ...service, publisher });

/** By the ref key of the record. */
const statuses = ({ tables: { conflicts } }: World): object =>
  Object.fromEntries([...conflicts.values()].map(({ ref, status }) => [refKey(ref), status]));

const idOf = ({ tables: { conflicts } }: World, key: string): string =>
  [...conflicts.values()].find(({ ref }) => refKey(ref) === key)?.id ?? '';

describe('A conflict that stays open (rule CONFLICT-5)', () => {
  test('for ten minutes is resolved, and a younger one is left to the stream', async () => {
    const world = await leftOpen({ [first]: 11, [second]: 10, [third]: 9 });
    expect(await resolveAll(world.process())).toMatchObject({ conflicts: 2, resolved: 2, failed: 0 });
    expect(statuses(world)).toEqual({ [first]: 'resolved', [second]: 'resolved', [third]: 'open' });
    for (const key of [first, second])
      expect(world.tables.records.get(key)).toMatchObject({
        value: followed.records.get(key)?.value,
        conflict: null,
        sequence: 2,
      });
    expect(world.tables.records.get(third)).toMatchObject({ value: { cost: '1' }, conflict: { state: 'open' } });
  });

  test('is resolved among more than one page of conflicts', async () => {
    const accounts = [...followed.records.keys()].filter((key) => key.startsWith('account#'));
    const many = [...transactions, ...accounts];
    expect(many.length).toBeGreaterThan(47);
    const young = many[5] ?? '';
    const minutes = many.map((key, index) => [key, key === young ? 9 : 30 + index]);
    const world = await leftOpen(Object.fromEntries(minutes));
    expect(await resolveAll(world.process())).toMatchObject({ conflicts: many.length - 1, failed: 0 });
    const open = [...world.tables.conflicts.values()].filter(({ status }) => status === 'open');
    expect(open.map(({ ref }) => refKey(ref))).toEqual([young]);
  });

  test('in a field that needs review awaits a decision, and is not tried again', async () => {
    const account = [...followed.records.keys()].find((key) => key.startsWith('account#')) ?? '';
    const world = await worldOn(followed);
    edited({ mainPurse: `uref-${'ab'.repeat(32)}-007` })(account, world.tables);
    await lookup(refOf(account), { ...defaultReadOptions, noCache: true }, world.process());
    world.pass(11 * aMinute);
    expect(await resolveAll(world.process())).toMatchObject({ conflicts: 1, resolved: 1 });
    expect(statuses(world)).toEqual({ [account]: 'awaiting-review' });
    world.pass(11 * aMinute);
    expect(await resolveAll(world.process())).toMatchObject({ conflicts: 0 });
  });

  const failing: Readonly<
    Record<string, (id: string) => { alter?: Alter; onCall?: (name: string, args: readonly unknown[]) => void }>
  > = {
    'that no node can answer': () => ({
      alter: (_method, params, forward) => {
        if (JSON.stringify(params ?? '').includes(first.split('#')[1] ?? '')) throw new RpcFailure('error', 'unknown');
        return forward();
      },
    }),
    'whose row cannot be read at the moment': (id) => ({
      onCall: (name, [asked]) => {
        if (name === 'conflicts.get' && asked === id) throw new StoreUnavailable('not in time');
      },
    }),
    'whose row has an impossible content': (id) => ({
      onCall: (name, [asked]) => {
        if (name === 'conflicts.get' && asked === id) throw new TypeError('the row has no fields');
      },
    }),
  };

  test.each(Object.keys(failing))('%s stays open, and the others are resolved', async (which) => {
    const broken: { alter?: Alter } = {};
    const alter: Alter = (method, params, forward) => (broken.alter ?? passOn)(method, params, forward);
    const world = await leftOpen({ [first]: 12, [second]: 13, [third]: 11 }, { nodes: [alter] });
    const { onCall, ...nodes } = failing[which]?.(idOf(world, first)) ?? {};
    Object.assign(broken, nodes);
    expect(await resolveAll(world.process({ ...(onCall && { onCall }) }))).toMatchObject({
      conflicts: 3,
      resolved: 2,
      failed: 1,
    });
    expect(statuses(world)).toEqual({ [first]: 'open', [second]: 'resolved', [third]: 'resolved' });
    delete broken.alter;
    world.pass(aMinute);
    expect(await resolveAll(world.process())).toMatchObject({ conflicts: 1, resolved: 1, failed: 0 });
  });

  const passOn: Alter = (_method, _params, forward) => forward();

  test('is left as it is by a cancelled or unknown run', async () => {
    const world = await leftOpen({ [first]: 11 });
    const service = world.process();
    const id = await begun(service);
    await cancelReconciliation(id, service);
    const nothing = { conflicts: 0, resolved: 0, failed: 0, events: 0 };
    const bus = createBus();
    for (const run of [id, 'none'])
      expect(await resolveOverdue(run, { ...service, publisher: bus.publisher })).toEqual(nothing);
    expect(bus.published).toEqual([]);
    expect(statuses(world)).toEqual({ [first]: 'open' });
  });
});

describe('An unpublished event (rule CONFLICT-5)', () => {
  const pending = ({ tables: { outbox } }: World): string[] =>
    [...outbox].flatMap(([id, row]) => (row.pending ? [id] : [])).sort();

  test('older than ten minutes is published and marked, and a younger one is left to the stream', async () => {
    const world = await leftOpen({ [first]: 9 });
    const young = `ConflictOpened#${idOf(world, first)}#1`;
    const old = pending(world).filter((id) => id !== young);
    expect(old.length).toBeGreaterThan(60);
    const { published, publisher } = createBus();
    expect(await resolveAll(world.process(), publisher)).toMatchObject({ conflicts: 0, events: old.length });
    expect(published.sort()).toEqual(old);
    expect(pending(world)).toEqual([young]);
    expect(await resolveAll(world.process(), publisher)).toMatchObject({ events: 0 });
  });

  test('stays pending if the bus refuses it, and the others are published', async () => {
    const world = await worldOn(followed);
    const old = pending(world);
    const refused = old.filter((_, index) => index % 7 === 0);
    const { published, publisher } = createBus((id) => refused.includes(id));
    expect(await resolveAll(world.process(), publisher)).toMatchObject({ events: old.length - refused.length });
    expect(published).toHaveLength(old.length - refused.length);
    expect(pending(world)).toEqual(refused);
  });

  test('stays pending while the bus fails, and conflicts are resolved all the same', async () => {
    const world = await leftOpen({ [first]: 11 });
    const old = pending(world);
    const publisher: Publisher = {
      publish: async () => {
        throw new Error('no bus');
      },
    };
    expect(await resolveAll(world.process(), publisher)).toMatchObject({ conflicts: 1, resolved: 1, events: 0 });
    expect(pending(world)).toEqual(expect.arrayContaining(old));
    expect(statuses(world)).toEqual({ [first]: 'resolved' });
  });
});

test('A worker that dies before or after any call while it resolves overdue conflicts leaves the rest to the next one', async () => {
  const prepared = (await leftOpen({ [first]: 12, [second]: 11 })).tables;
  const asked = questions.filter(({ kind, id }) => [first, second].includes(`${kind}#${id}`));
  expect(asked).toHaveLength(2);

  /** The state after the stream has delivered the conflicts late, and a reader has read their records. */
  async function afterwards(world: World): Promise<object> {
    for (const id of world.tables.conflicts.keys()) await resolveConflict(id, world.process());
    expect(wrongAnswers(asked, await askAll(asked, world.process()), truth)).toEqual([]);
    const conflicts = [...world.tables.conflicts.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
    const pending = [...world.tables.outbox.values()].filter((row) => row.pending).map(({ event }) => event.id);
    return timeless({ ...held(world.tables), conflicts, pending: pending.sort() });
  }

  const undisturbed = await worldOn(prepared);
  await resolveAll(undisturbed.process());
  const expected = await afterwards(undisturbed);
  for (const when of ['before', 'after'] as const) {
    let deaths = 0;
    for (let call = 1; ; call += 3) {
      const world = await worldOn(copyOf(prepared));
      if (!(await workAndDie(world, { call, when }, (service) => resolveAll(service)))) break;
      deaths += 1;
      await resolveAll(world.process());
      expectSame({ call, when, ...(await afterwards(world)) }, { call, when, ...expected });
      await expectWholeTrails(world.tables, followed);
    }
    expect(deaths).toBeGreaterThan(30);
  }
});
