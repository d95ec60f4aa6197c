import { describe, expect, test } from '@jest/globals';
import { digestOf } from '../../../lib/domain/digest.ts';
import { type EntityRef, refKey } from '../../../lib/domain/entity.ts';
import { defaultReadOptions } from '../../../lib/domain/freshness.ts';
import type { Sample, Scope } from '../../../lib/domain/reconciliation.ts';
import type { EntityRecord } from '../../../lib/domain/record.ts';
import type { Running } from '../../../lib/runtime/service.ts';
import { decideConflict } from '../../../lib/usecases/conflicts/decide-conflict.ts';
import { runTick } from '../../../lib/usecases/following/tick.ts';
import { lookup } from '../../../lib/usecases/reading/lookup.ts';
import { recordedTruth } from '../../support/recorded-truth.ts';
import { type Alter, changeable, createWorld, type World, type WorldOptions } from '../following/world.ts';
import { deleted, edited, misread, type Plant, recordAt, unwatched, withoutTrail } from './plant.ts';
import { reconcile } from './run.ts';

const truth = recordedTruth('chain-a');
const villas = truth.tokens.filter(({ collection }) => collection === 'villas');
const villa = (number: number): EntityRef => ({ kind: 'asset', id: `${villas[0]?.packageHash}:${number}` });
const owner = (height: number): string => (truth.asset(villas[0] as never, height) as { readonly owner: string }).owner;
const account = (height: number): EntityRef => ({ kind: 'account', id: owner(height) });
const stranger = `account-hash-${'ab'.repeat(32)}`;
const key = refKey(villa(0));
const layout = `basis#layout:${villas[0]?.packageHash}`;

interface Store {
  readonly world: World;
  readonly service: Running;
  plant(plant: Plant, at?: string): void;
  record(at?: string): EntityRecord;
  /** What a run says of a record; undefined: nothing is wrong with it. */
  found(at?: string): Promise<Sample | undefined>;
}

/** At 26, with two villas and their owner; villa 0 changes hands at 31, 32, 51 and 81, villa 1 at 33. */
async function store(options: WorldOptions = {}): Promise<Store> {
  const world = await createWorld({ height: 26, ...options });
  const service = world.process();
  await runTick(service);
  for (const ref of [villa(0), villa(1), account(26)]) await lookup(ref, defaultReadOptions, service);
  world.pass(60_000);
  return {
    world,
    service,
    plant: (plant, at = key) => plant(at, world.tables),
    record: (at = key) => recordAt(at, world.tables.records),
    async found(at = key) {
      const { tally } = await reconcile(service);
      return tally.samples.find(({ ref }) => refKey(ref) === at);
    },
  };
}

const followedTo = async (height: number, { world, service }: Store): Promise<void> => {
  world.setHeight(height);
  expect((await runTick(service)).stoppedBy).toBe('done');
};

describe('A record that the chain has moved on from', () => {
  test('before sync has come so far is behind, and nothing was claimed that was false', async () => {
    const one = await store();
    one.world.setHeight(31);
    expect(await one.found()).toMatchObject({ finding: 'behind', outcome: 'fixed', height: 26, through: 26 });
    expect(one.record()).toMatchObject({ block: truth.block(31), value: { owner: owner(31) } });
    expect(one.world.counted.get('Missed') ?? 0).toBe(0);
  });

  test('unseen is missed: it is counted as a defect, read again, and watched again', async () => {
    const one = await store();
    one.plant(unwatched);
    await followedTo(31, one);
    expect(one.record().block.height).toBe(26);
    expect(await one.found()).toMatchObject({ finding: 'missed', outcome: 'fixed', height: 26, through: 31 });
    expect(one.world.counted.get('Missed')).toBe(1);
    await followedTo(32, one);
    expect(one.record()).toMatchObject({ block: truth.block(32), value: { owner: owner(32) } });
  });

  test('that another definition made is behind', async () => {
    const one = await store();
    one.plant(
      (at, { records }) => void records.set(at, { ...recordAt(at, records), definition: 'of another version' }),
    );
    one.plant(misread({ owner: stranger }));
    expect(await one.found()).toMatchObject({ finding: 'behind', outcome: 'fixed' });
    expect(one.record().value).toMatchObject({ owner: owner(26) });
  });

  test('is not said to be one because a node lies about it', async () => {
    const lie = { lies: false };
    const one = await store({ nodes: [undefined, undefined, lyingWhile(lie)] });
    one.plant(
      (at, { records }) => void records.set(at, { ...recordAt(at, records), trackedUntil: new Date(0).toISOString() }),
    );
    await followedTo(28, one);
    lie.lies = true;
    const { tally } = await reconcile(one.service);
    expect(tally.counts).toMatchObject({ behind: 0, missed: 0, conflict: 0, unverifiable: 0 });
  });
});

test('A record that was let go is brought up to the chain, and stays let go', async () => {
  const one = await store();
  const past = new Date(one.service.clock.now() - 86_400_000).toISOString();
  one.plant((at, { records }) => void records.set(at, { ...recordAt(at, records), trackedUntil: past }));
  one.world.setHeight(31);
  expect(await one.found()).toMatchObject({ finding: 'behind', outcome: 'fixed' });
  expect(one.record()).toMatchObject({ value: { owner: owner(31) }, trackedUntil: past });
});

describe('A record that never was true', () => {
  test('at its own block is in conflict: that is opened, settled and written down', async () => {
    const one = await store();
    one.plant(misread({ owner: stranger }));
    const found = await one.found();
    expect(found).toMatchObject({ finding: 'conflict', outcome: 'fixed' });
    expect([...one.world.tables.conflicts.values()]).toMatchObject([
      { id: found?.conflict, status: 'resolved', fields: [{ field: 'owner', database: stranger, chain: owner(26) }] },
    ]);
    expect(one.world.tables.audit.get(key)?.at(-1)).toMatchObject({ cause: 'resolution', before: { owner: stranger } });
    expect(one.world.tables.cache.get(key)?.entry).toMatchObject({ sequence: 2, value: { owner: owner(26) } });
  });

  test('in a field that a person is to see awaits one, and is left to them by the next run', async () => {
    const one = await store();
    one.plant(misread({ standard: 'cep47' }));
    expect(await one.found()).toMatchObject({ finding: 'conflict', outcome: 'review' });
    one.world.pass(60_000);
    const { tally } = await reconcile(one.service);
    expect(tally.counts).toMatchObject({ conflict: 0, skipped: 1, review: 0 });
  });

  test('and that a person keeps is left alone, until the chain says otherwise than it did', async () => {
    const one = await store();
    one.plant(misread({ standard: 'cep47' }));
    const { conflict } = (await one.found()) ?? {};
    await decideConflict(
      conflict ?? '',
      { decision: 'database', reviewer: 'somebody', note: undefined } as never,
      one.service,
    );
    one.world.pass(60_000);
    expect((await reconcile(one.service)).tally.counts).toMatchObject({ conflict: 0, skipped: 1 });
    one.world.setHeight(31);
    one.world.pass(60_000);
    expect((await reconcile(one.service)).tally.counts.skipped).toBe(0);
  });

  test('by the word of one of two nodes alone is put before a person', async () => {
    const lie = { lies: false };
    const one = await store({ nodes: [undefined, lyingWhile(lie)] });
    lie.lies = true;
    one.plant(misread({ burnt: true }));
    expect(await one.found()).toMatchObject({ finding: 'unverifiable', outcome: 'review' });
    expect([...one.world.tables.conflicts.values()]).toMatchObject([
      { class: 'nodes-disagree', status: 'awaiting-review' },
    ]);
  });

  test.each([
    ['and does not match its digest', edited({ owner: stranger })],
    ['and does match it', misread({ owner: stranger })],
  ])('since somebody edited it, untouched for a year, is found (%s)', async (_what, plant) => {
    const one = await store();
    const aYearAgo = new Date(one.service.clock.now() - 365 * 86_400_000).toISOString();
    one.plant((at, { records }) => {
      records.set(at, { ...recordAt(at, records), checkedAt: aYearAgo, trackedUntil: aYearAgo });
    });
    one.plant(plant);
    expect(await one.found()).toMatchObject({ finding: 'conflict', outcome: 'fixed' });
    expect(one.record().value).toMatchObject({ owner: owner(26) });
  });
});

describe('A record that nobody can tell about', () => {
  /** Nodes keep no block before this one. */
  const forgetting: Alter = (method, params, forward) => {
    const answer = forward();
    const isOld = params?.block_identifier?.Hash === truth.block(26).hash;
    return method === 'chain_get_block' && isOld && forgets.them ? unknownBlock : answer;
  };
  const forgets = { them: false };
  const unknownBlock = { jsonrpc: '2.0', id: 1, error: { code: -32_001, message: 'No such block', data: null } };

  test.each([
    ['and of which the trail is whole was true when it was read', () => undefined, 'behind'],
    ['and of which the trail is gone is unverifiable', withoutTrail, 'unverifiable'],
  ] as const)('at its own block, %s; it is read again', async (_what, plant, finding) => {
    forgets.them = false;
    const one = await store({ nodes: [forgetting] });
    one.plant(plant);
    one.world.setHeight(31);
    forgets.them = true;
    expect(await one.found()).toMatchObject({ finding });
    expect(one.record().value).toMatchObject({ owner: owner(31) });
  });
});

describe('What a record refers to', () => {
  test('and is not recorded any more is looked up', async () => {
    const one = await store();
    const at = refKey(account(26));
    one.plant(deleted, at);
    const { tally } = await reconcile(one.service);
    expect(tally.byCheck.references?.failed).toBeGreaterThan(0);
    expect(tally.samples[0]).toMatchObject({ finding: 'match', outcome: 'fixed', problems: [{ check: 'references' }] });
    expect(one.record(at)).toMatchObject({ value: { total: expect.any(String) } });
  });

  test('and the chain has not either is said, each time, and not recorded', async () => {
    const absent: Alter = (method, params, forward) =>
      JSON.stringify(params ?? null).includes(owner(26)) && method !== 'info_get_status'
        ? notFound(method, forward)
        : forward();
    const one = await store();
    one.plant(deleted, refKey(account(26)));
    const other = await createWorld({ height: 26, tables: one.world.tables, nodes: [absent] });
    other.pass(120_000);
    const { tally } = await reconcile(other.process());
    expect(tally.samples.find(({ ref }) => refKey(ref) === key)).toMatchObject({
      finding: 'match',
      outcome: 'unfixed',
    });
    expect(other.tables.records.has(refKey(account(26)))).toBe(false);
  });

  const notFound = (method: string, forward: () => object) =>
    method === 'query_balance_details'
      ? { jsonrpc: '2.0', id: 1, error: { code: -32_026, message: 'Purse not found', data: null } }
      : method.startsWith('query') || method.startsWith('state')
        ? {
            jsonrpc: '2.0',
            id: 1,
            error: { code: -32_003, message: 'Query failed', data: 'value was not found in the global state' },
          }
        : forward();
});

describe('Shared state', () => {
  const wrong = (at: string, { records }: World['tables']): void => {
    const record = recordAt(at, records);
    const value = JSON.parse(JSON.stringify(record.value).replace(/"owners":"uref-..../, '"owners":"uref-0000'));
    records.set(at, { ...record, value, digest: digestOf(value) });
  };

  test('that is put wrong was claimed to be true: sync is asked to read it again, and the next run finds it right', async () => {
    const one = await store();
    await followedTo(28, one);
    one.plant(wrong, layout);
    expect(await one.found(layout)).toMatchObject({ finding: 'missed', outcome: 'unfixed' });
    await followedTo(29, one);
    one.world.pass(60_000);
    const { tally } = await reconcile(one.service);
    expect(tally.byKind.basis).toMatchObject({ missed: 0, conflict: 0, unverifiable: 0 });
    expect((await lookup(villa(0), defaultReadOptions, one.world.process())).data).toEqual(
      truth.asset(villas[0] as never, 29),
    );
  });

  test('that is not watched any more is watched again', async () => {
    const one = await store();
    one.plant(unwatched, layout);
    expect(await one.found(layout)).toMatchObject({ finding: 'match', problems: [{ check: 'watches' }] });
    one.world.pass(60_000);
    expect(await one.found(layout)).toBeUndefined();
  });
});

test('A value without a field of its kind is found by its schema', async () => {
  const one = await store();
  one.plant((at, { records }) => {
    const { burnt: _, ...value } = recordAt(at, records).value as { readonly burnt: boolean };
    records.set(at, { ...recordAt(at, records), value, digest: digestOf(value) });
  });
  expect((await one.found())?.problems).toContainEqual({ check: 'schema', problem: 'lacks burnt' });
});

test.each(['9999-12-31T23:59:59.999Z', 'never', '1'])(
  'A row that says it was checked at %s is held against the chain',
  async (at) => {
    const one = await store();
    one.plant((own, { records }) => void records.set(own, { ...recordAt(own, records), checkedAt: at }));
    one.plant(misread({ owner: stranger }));
    expect(await one.found()).toMatchObject({ finding: 'conflict', outcome: 'fixed' });
  },
);

test.each<[string, Scope, readonly EntityRef[]]>([
  ['a kind', { of: 'kind', kind: 'account' }, [account(26)]],
  ['a collection', { of: 'collection', kind: 'asset', collection: villas[0]?.packageHash ?? '' }, [villa(0), villa(1)]],
  ['an owner', { of: 'owner', owner: owner(26) }, [villa(0), villa(1), account(26)]],
])('A run of %s looks at exactly what is in it', async (_what, scope, refs) => {
  const one = await store();
  const others = [...one.world.tables.records.keys()].filter((at) => !refs.map(refKey).includes(at));
  const before = new Map(one.world.tables.records);
  one.world.pass(60_000);
  const { tally } = await reconcile(one.service, { scope });
  expect(tally.counts.match).toBe(refs.length);
  for (const at of others) expect(one.record(at).checkedAt).toBe(before.get(at)?.checkedAt);
});

/** While it lies it says that somebody else owns every token. */
const lyingWhile =
  (state: { lies: boolean }): Alter =>
  (method, params, forward) => {
    const answer = forward();
    if (!state.lies || method !== 'query_global_state' || !String(params.key).startsWith('dictionary-')) return answer;
    const hash = owner(26).slice('account-hash-'.length);
    return JSON.parse(JSON.stringify(changeable(answer)).replaceAll(hash, 'ab'.repeat(32)));
  };
