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
  /** What a run finds about a record; undefined: nothing is wrong with the record. */
  found(at?: string): Promise<Sample | undefined>;
}

/** At block 26, with two villas and their owner. Villa 0 changes its owner at 31, 32, 51 and 81, villa 1 at 33. */
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
  test('before sync has followed is behind, and no claim was false', async () => {
    const one = await store();
    one.world.setHeight(31);
    expect(await one.found()).toMatchObject({ finding: 'behind', outcome: 'fixed', height: 26, through: 26 });
    expect(one.record()).toMatchObject({ block: truth.block(31), value: { owner: owner(31) } });
    expect(one.world.counted.get('Missed') ?? 0).toBe(0);
  });

  test('unseen by sync is missed: counted as a defect, read again and watched again (rule CONFLICT-6)', async () => {
    // Of a configured collection sync reads every token that a block writes, watched or not (rule COLLECT-4).
    const one = await store({ env: { ASTAKE_COLLECTIONS: '{}' } });
    one.plant(unwatched);
    await followedTo(31, one);
    expect(one.record().block.height).toBe(26);
    expect(await one.found()).toMatchObject({ finding: 'missed', outcome: 'fixed', height: 26, through: 31 });
    expect(one.world.counted.get('Missed')).toBe(1);
    await followedTo(32, one);
    expect(one.record()).toMatchObject({ block: truth.block(32), value: { owner: owner(32) } });
  });

  test('and that was read with another definition is behind (rule ITEM-4)', async () => {
    const one = await store();
    one.plant(
      (at, { records }) => void records.set(at, { ...recordAt(at, records), definition: 'of another version' }),
    );
    one.plant(misread({ owner: stranger }));
    expect(await one.found()).toMatchObject({ finding: 'behind', outcome: 'fixed' });
    expect(one.record().value).toMatchObject({ owner: owner(26) });
  });

  test('is not reported when only one node says so (rule CONFLICT-3)', async () => {
    const node = { isWrong: false };
    const one = await store({ nodes: [undefined, undefined, wrongWhile(node)] });
    one.plant(
      (at, { records }) => void records.set(at, { ...recordAt(at, records), trackedUntil: new Date(0).toISOString() }),
    );
    await followedTo(28, one);
    node.isWrong = true;
    const { tally } = await reconcile(one.service);
    expect(tally.counts).toMatchObject({ behind: 0, missed: 0, conflict: 0, unverifiable: 0 });
  });
});

test('A record that is no longer tracked is read again, and stays untracked', async () => {
  const one = await store();
  const past = new Date(one.service.clock.now() - 86_400_000).toISOString();
  one.plant((at, { records }) => void records.set(at, { ...recordAt(at, records), trackedUntil: past }));
  one.world.setHeight(31);
  expect(await one.found()).toMatchObject({ finding: 'behind', outcome: 'fixed' });
  expect(one.record()).toMatchObject({ value: { owner: owner(31) }, trackedUntil: past });
});

describe('A record that was never true', () => {
  test('at its own block is in conflict, which is opened, resolved and audited', async () => {
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

  test('in a field that needs review awaits a decision, and the next run skips it', async () => {
    const one = await store();
    one.plant(misread({ standard: 'cep47' }));
    expect(await one.found()).toMatchObject({ finding: 'conflict', outcome: 'review' });
    one.world.pass(60_000);
    const { tally } = await reconcile(one.service);
    expect(tally.counts).toMatchObject({ conflict: 0, skipped: 1, review: 0 });
  });

  test('and that a person keeps is skipped until the value on the chain changes (rule CONFLICT-4)', async () => {
    const one = await store();
    one.plant(misread({ standard: 'cep47' }));
    const { conflict } = (await one.found()) ?? {};
    await decideConflict(
      conflict ?? '',
      { decision: 'database', reviewer: 'a-reviewer', note: undefined } as never,
      one.service,
    );
    one.world.pass(60_000);
    expect((await reconcile(one.service)).tally.counts).toMatchObject({ conflict: 0, skipped: 1 });
    one.world.setHeight(31);
    one.world.pass(60_000);
    expect((await reconcile(one.service)).tally.counts.skipped).toBe(0);
  });

  test('according to one of two nodes only awaits a decision (rule CONFLICT-3)', async () => {
    const node = { isWrong: false };
    const one = await store({ nodes: [undefined, wrongWhile(node)] });
    node.isWrong = true;
    one.plant(misread({ burnt: true }));
    expect(await one.found()).toMatchObject({ finding: 'unverifiable', outcome: 'review' });
    expect([...one.world.tables.conflicts.values()]).toMatchObject([
      { class: 'nodes-disagree', status: 'awaiting-review' },
    ]);
  });

  test.each([
    ['its digest does not match', edited({ owner: stranger })],
    ['its digest matches', misread({ owner: stranger })],
  ])('because it was edited, and was not verified for a year, is found (%s)', async (_what, plant) => {
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

describe('A record whose own block no node has', () => {
  /** A node that has no block before this one. */
  const pruning: Alter = (method, params, forward) => {
    const answer = forward();
    const isOld = params?.block_identifier?.Hash === truth.block(26).hash;
    return method === 'chain_get_block' && isOld && pruned.isOn ? unknownBlock : answer;
  };
  const pruned = { isOn: false };
  const unknownBlock = { jsonrpc: '2.0', id: 1, error: { code: -32_001, message: 'No such block', data: null } };

  test.each([
    ['with a whole trail, was true when it was read', () => undefined, 'behind'],
    ['without a trail, is unverifiable', withoutTrail, 'unverifiable'],
  ] as const)('%s; it is read again', async (_what, plant, finding) => {
    pruned.isOn = false;
    const one = await store({ nodes: [pruning] });
    one.plant(plant);
    one.world.setHeight(31);
    pruned.isOn = true;
    expect(await one.found()).toMatchObject({ finding });
    expect(one.record().value).toMatchObject({ owner: owner(31) });
  });
});

describe('An entity that a record refers to', () => {
  test('and that has no record is looked up', async () => {
    const one = await store();
    const at = refKey(account(26));
    one.plant(deleted, at);
    const { tally } = await reconcile(one.service);
    expect(tally.byCheck.references?.failed).toBeGreaterThan(0);
    expect(tally.samples[0]).toMatchObject({ finding: 'match', outcome: 'fixed', problems: [{ check: 'references' }] });
    expect(one.record(at)).toMatchObject({ value: { balance: expect.any(String) } });
  });

  test('and that is not on the chain either is reported, and not recorded', async () => {
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

  test('that was edited is missed: sync is asked to read it again, and the next run finds it right (rule BASIS-2)', async () => {
    const one = await store();
    await followedTo(28, one);
    one.plant(wrong, layout);
    expect(await one.found(layout)).toMatchObject({ finding: 'missed', outcome: 'asked' });
    await followedTo(29, one);
    one.world.pass(60_000);
    const { tally } = await reconcile(one.service);
    expect(tally.byKind.basis).toMatchObject({ missed: 0, conflict: 0, unverifiable: 0 });
    expect((await lookup(villa(0), defaultReadOptions, one.world.process())).data).toEqual(
      truth.asset(villas[0] as never, 29),
    );
  });

  test('without watches is watched again', async () => {
    const one = await store();
    one.plant(unwatched, layout);
    expect(await one.found(layout)).toMatchObject({ finding: 'match', problems: [{ check: 'watches' }] });
    one.world.pass(60_000);
    expect(await one.found(layout)).toBeUndefined();
  });
});

test('A value without a field of its kind fails the check of its schema', async () => {
  const one = await store();
  one.plant((at, { records }) => {
    const { burnt: _, ...value } = recordAt(at, records).value as { readonly burnt: boolean };
    records.set(at, { ...recordAt(at, records), value, digest: digestOf(value) });
  });
  expect((await one.found())?.problems).toContainEqual({
    check: 'schema',
    problem: 'missing field burnt',
    outcome: 'fixed',
  });
});

test.each(['9999-12-31T23:59:59.999Z', 'never', '1'])(
  'A row with the date of verification %s is compared with the chain',
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
])('A run of %s examines exactly the records of its scope', async (_what, scope, refs) => {
  const one = await store();
  const others = [...one.world.tables.records.keys()].filter((at) => !refs.map(refKey).includes(at));
  const before = new Map(one.world.tables.records);
  one.world.pass(60_000);
  const { tally } = await reconcile(one.service, { scope });
  expect(tally.counts.match).toBe(refs.length);
  for (const at of others) expect(one.record(at).checkedAt).toBe(before.get(at)?.checkedAt);
});

/** While `isWrong` is set, the node names another owner of every token. */
const wrongWhile =
  (state: { isWrong: boolean }): Alter =>
  (method, params, forward) => {
    const answer = forward();
    if (!state.isWrong || method !== 'query_global_state' || !String(params.key).startsWith('dictionary-'))
      return answer;
    const hash = owner(26).slice('account-hash-'.length);
    return JSON.parse(JSON.stringify(changeable(answer)).replaceAll(hash, 'ab'.repeat(32)));
  };
