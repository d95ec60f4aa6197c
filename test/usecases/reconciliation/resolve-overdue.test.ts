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
import { askAll, lies, refOf } from '../following/follow.ts';
import { copyOf, expectSame, expectWholeTrails, held, workAndDie } from '../following/killed.ts';
import type { Alter, World, WorldOptions } from '../following/world.ts';
import { timeless } from './killed-run.ts';
import { edited } from './plant.ts';
import { followedTables, questions, truth, worldOn } from './small-world.ts';

const followed = await followedTables();
const aMinute = 60_000;
const transactions = [...followed.records.keys()].filter((key) => key.startsWith('transaction#'));
const [first = '', second = '', third = ''] = transactions;

/** Rows were edited by hand, and read by somebody so many minutes ago: no stream tells of their conflicts. */
async function leftOpen(minutesAgo: Readonly<Record<string, number>>, options: WorldOptions = {}): Promise<World> {
  const longestAgo = Math.max(...Object.values(minutesAgo));
  const world = await worldOn(followed, -longestAgo * aMinute, options);
  let ago = longestAgo;
  for (const [key, minutes] of Object.entries(minutesAgo).sort(([, one], [, other]) => other - one)) {
    world.pass((ago - minutes) * aMinute);
    ago = minutes;
    edited({ cost: '1', total: '1' })(key, world.tables);
    const { conflict } = await lookup(refOf(key), { ...defaultReadOptions, noCache: true }, world.process());
    if (conflict === null) throw new Error(`no conflict was opened about ${key}`);
  }
  world.pass(ago * aMinute);
  return world;
}

/** A bus that takes all but what it refuses, and what came to it. */
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
  const taken = await beginOrResume({ scope: { of: 'all' }, dryRun: false, startedBy: 'schedule' }, service);
  return 'run' in taken ? taken.run.id : taken.busy.id;
}

const drive = async (service: Running, publisher = createBus().publisher): Promise<ResolvedOverdue> =>
  resolveOverdue(await begun(service), { ...service, publisher });

/** By the record that each is about. */
const statuses = ({ tables: { conflicts } }: World): object =>
  Object.fromEntries([...conflicts.values()].map(({ ref, status }) => [refKey(ref), status]));

const idOf = ({ tables: { conflicts } }: World, key: string): string =>
  [...conflicts.values()].find(({ ref }) => refKey(ref) === key)?.id ?? '';

describe('A conflict that was left open', () => {
  test('for ten minutes is settled, and one that is younger is left to the stream', async () => {
    const world = await leftOpen({ [first]: 11, [second]: 10, [third]: 9 });
    expect(await drive(world.process())).toMatchObject({ conflicts: 2, resolved: 2, failed: 0 });
    expect(statuses(world)).toEqual({ [first]: 'resolved', [second]: 'resolved', [third]: 'open' });
    for (const key of [first, second])
      expect(world.tables.records.get(key)).toMatchObject({
        value: followed.records.get(key)?.value,
        conflict: null,
        sequence: 2,
      });
    expect(world.tables.records.get(third)).toMatchObject({ value: { cost: '1' }, conflict: { state: 'open' } });
  });

  test('is settled among more than a page of them', async () => {
    const accounts = [...followed.records.keys()].filter((key) => key.startsWith('account#'));
    const many = [...transactions, ...accounts];
    expect(many.length).toBeGreaterThan(47);
    const young = many[5] ?? '';
    const minutes = many.map((key, index) => [key, key === young ? 9 : 30 + index]);
    const world = await leftOpen(Object.fromEntries(minutes));
    expect(await drive(world.process())).toMatchObject({ conflicts: many.length - 1, failed: 0 });
    const open = [...world.tables.conflicts.values()].filter(({ status }) => status === 'open');
    expect(open.map(({ ref }) => refKey(ref))).toEqual([young]);
  });

  test('awaits a person where a person is to see it, and is not driven again', async () => {
    const account = [...followed.records.keys()].find((key) => key.startsWith('account#')) ?? '';
    const world = await worldOn(followed);
    edited({ mainPurse: `uref-${'ab'.repeat(32)}-007` })(account, world.tables);
    await lookup(refOf(account), { ...defaultReadOptions, noCache: true }, world.process());
    world.pass(11 * aMinute);
    expect(await drive(world.process())).toMatchObject({ conflicts: 1, resolved: 1 });
    expect(statuses(world)).toEqual({ [account]: 'awaiting-review' });
    world.pass(11 * aMinute);
    expect(await drive(world.process())).toMatchObject({ conflicts: 0 });
  });

  const failing: Readonly<
    Record<string, (id: string) => { alter?: Alter; onCall?: (name: string, args: readonly unknown[]) => void }>
  > = {
    'of which no node tells': () => ({
      alter: (_method, params, forward) => {
        if (JSON.stringify(params ?? '').includes(first.split('#')[1] ?? ''))
          throw new RpcFailure('error', 'it is not known');
        return forward();
      },
    }),
    'whose row cannot be read now': (id) => ({
      onCall: (name, [asked]) => {
        if (name === 'conflicts.get' && asked === id) throw new StoreUnavailable('not in time');
      },
    }),
    'whose row nobody could have written': (id) => ({
      onCall: (name, [asked]) => {
        if (name === 'conflicts.get' && asked === id) throw new TypeError('it has no fields');
      },
    }),
  };

  test.each(Object.keys(failing))('%s stays open, and the others are settled', async (which) => {
    const broken: { alter?: Alter } = {};
    const alter: Alter = (method, params, forward) => (broken.alter ?? passOn)(method, params, forward);
    const world = await leftOpen({ [first]: 12, [second]: 13, [third]: 11 }, { nodes: [alter] });
    const { onCall, ...nodes } = failing[which]?.(idOf(world, first)) ?? {};
    Object.assign(broken, nodes);
    expect(await drive(world.process({ ...(onCall && { onCall }) }))).toMatchObject({
      conflicts: 3,
      resolved: 2,
      failed: 1,
    });
    expect(statuses(world)).toEqual({ [first]: 'open', [second]: 'resolved', [third]: 'resolved' });
    delete broken.alter;
    world.pass(aMinute);
    expect(await drive(world.process())).toMatchObject({ conflicts: 1, resolved: 1, failed: 0 });
  });

  const passOn: Alter = (_method, _params, forward) => forward();

  test('is left alone by a run that was cancelled, or that there is not', async () => {
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

describe('An event that nobody has published', () => {
  const pending = ({ tables: { outbox } }: World): string[] =>
    [...outbox].flatMap(([id, row]) => (row.pending ? [id] : [])).sort();

  test('for ten minutes is published and marked, and younger ones are left to the stream', async () => {
    const world = await leftOpen({ [first]: 9 });
    const young = `ConflictOpened#${idOf(world, first)}#1`;
    const old = pending(world).filter((id) => id !== young);
    expect(old.length).toBeGreaterThan(60);
    const { published, publisher } = createBus();
    expect(await drive(world.process(), publisher)).toMatchObject({ conflicts: 0, events: old.length });
    expect(published.sort()).toEqual(old);
    expect(pending(world)).toEqual([young]);
    expect(await drive(world.process(), publisher)).toMatchObject({ events: 0 });
  });

  test('is left where it is refused, and the others are published', async () => {
    const world = await worldOn(followed);
    const old = pending(world);
    const refused = old.filter((_, index) => index % 7 === 0);
    const { published, publisher } = createBus((id) => refused.includes(id));
    expect(await drive(world.process(), publisher)).toMatchObject({ events: old.length - refused.length });
    expect(published).toHaveLength(old.length - refused.length);
    expect(pending(world)).toEqual(refused);
  });

  test('waits while there is no bus, which keeps no conflict from being settled', async () => {
    const world = await leftOpen({ [first]: 11 });
    const old = pending(world);
    const publisher: Publisher = {
      publish: async () => {
        throw new Error('no bus');
      },
    };
    expect(await drive(world.process(), publisher)).toMatchObject({ conflicts: 1, resolved: 1, events: 0 });
    expect(pending(world)).toEqual(expect.arrayContaining(old));
    expect(statuses(world)).toEqual({ [first]: 'resolved' });
  });
});

test('Whoever drives what was left open and dies, before or after any call, leaves it to the next one', async () => {
  const prepared = (await leftOpen({ [first]: 12, [second]: 11 })).tables;
  const asked = questions.filter(({ kind, id }) => [first, second].includes(`${kind}#${id}`));
  expect(asked).toHaveLength(2);

  /** The stream has told of the conflicts after all, and somebody has read what they were about. */
  async function afterwards(world: World): Promise<object> {
    for (const id of world.tables.conflicts.keys()) await resolveConflict(id, world.process());
    expect(lies(asked, await askAll(asked, world.process()), truth)).toEqual([]);
    const conflicts = [...world.tables.conflicts.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
    const pending = [...world.tables.outbox.values()].filter((row) => row.pending).map(({ event }) => event.id);
    return timeless({ ...held(world.tables), conflicts, pending: pending.sort() });
  }

  const undisturbed = await worldOn(prepared);
  await drive(undisturbed.process());
  const expected = await afterwards(undisturbed);
  for (const when of ['before', 'after'] as const) {
    let deaths = 0;
    for (let call = 1; ; call += 3) {
      const world = await worldOn(copyOf(prepared));
      if (!(await workAndDie(world, { call, when }, (service) => drive(service)))) break;
      deaths += 1;
      await drive(world.process());
      expectSame({ call, when, ...(await afterwards(world)) }, { call, when, ...expected });
      await expectWholeTrails(world.tables, followed);
    }
    expect(deaths).toBeGreaterThan(30);
  }
});
