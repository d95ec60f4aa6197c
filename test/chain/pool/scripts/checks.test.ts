import { describe, expect, test } from '@jest/globals';
import { entityDefinitions } from '../../../../lib/entities/index.ts';
import { createMemoryStore, type MemoryTables } from '../../../support/memory-store.ts';
import { truth } from '../cluster.ts';
import { backInTime } from './back-in-time.ts';
import { runScript } from './run-script.ts';
import { wrongInStore } from './stored.ts';
import { contradiction, truthOf } from './truths.ts';
import { type Judged, verdictOn } from './verdict.ts';
import { loadHandlers } from './world.ts';

const id = truth.accounts.map((one) => one.id).find((one) => truth.account(one, 50) !== null) ?? '';
const ref = { kind: 'account', id };
const block = truth.block(50);
const data = truthOf(ref, 50);
const meta = { source: 'chain', stale: false, block, verifiedThrough: block };
const kindOf = (judged: Partial<Judged> & Pick<Judged, 'outcome'>): string => {
  const verdict = verdictOn({ ref, stored: true, tookMs: 10, deadlineMs: 3_000, ...judged });
  return typeof verdict === 'string' ? verdict : verdict.kind;
};
const answer = (body: object, status = 200) => ({ outcome: { status, headers: {}, body } });
const unavailable = answer({ code: 'chain_unavailable' }, 503);

describe('an answer is judged', () => {
  test('by its data, its block and its label', () => {
    expect(kindOf(answer({ data, meta }))).toBe('right');
    expect(kindOf(answer({ data: { ...data, balance: { motes: '1', cspr: '0.000000001' } }, meta }))).toBe('untrue');
    expect(kindOf(answer({ meta }, 404))).toBe('untrue');
    expect(kindOf(answer({ data, meta: { ...meta, block: { ...block, hash: truth.block(51).hash } } }))).toBe('untrue');
    expect(kindOf(answer({ data, meta: { ...meta, source: 'database' } }))).toBe('unlabelled');
    expect(kindOf(answer({ data, meta: { ...meta, source: 'database', stale: true } }))).toBe('labelled');
    expect(kindOf(answer({ data, meta: { ...meta, verifiedThrough: truth.block(51) } }))).toBe('unlabelled');
  });

  test('as failed where there is none, unless no node can answer and nothing is stored', () => {
    expect(kindOf(unavailable)).toBe('failed');
    expect(kindOf({ ...unavailable, stored: false })).toBe('unavailable');
    expect(kindOf(answer({ code: 'internal_error' }, 500))).toBe('failed');
    expect(kindOf(answer({ meta }))).toBe('failed');
  });

  test('as late where it comes after its deadline', () => {
    expect(kindOf({ ...answer({ data, meta }), tookMs: 3_100 })).toBe('late');
    expect(kindOf({ ...unavailable, stored: false, tookMs: 3_100 })).toBe('late');
  });
});

describe('a transaction', () => {
  const executed = truth.transactions.find(({ height }) => height === 51);
  const hash = executed?.hash ?? '';
  const pending = truth.transaction(hash, 50);
  const is = (value: unknown, height: number): boolean =>
    contradiction({ kind: 'transaction', id: hash }, value, truth.block(height)) === undefined;

  test('may be pending or unknown before its block, and neither from its block on', () => {
    expect([is(pending, 49), is(null, 49), is(pending, 50), is(null, 50)]).toEqual([true, true, true, true]);
    expect([is(truth.transaction(hash, 51), 51), is(pending, 51), is(null, 51)]).toEqual([true, false, false]);
    expect(is(truth.transaction(hash, 51), 50)).toBe(false);
  });
});

test('an answer is found that is older than one that had left before (rule CLAIM-8)', () => {
  const answered = { instance: 0, key: 'account#a', began: 0, ended: 1, height: 51 };
  const older = { ...answered, began: 2, ended: 3, height: 50 };
  expect(backInTime([answered, older])).toHaveLength(1);
  expect(backInTime([answered, { ...older, began: 0 }])).toEqual([]);
  expect(backInTime([answered, { ...older, instance: 1 }])).toEqual([]);
  expect(backInTime([answered, { ...older, key: 'account#b' }])).toEqual([]);
});

describe('the store is wrong', () => {
  const definitions = entityDefinitions({ collections: {} });
  const value = { mainPurse: data?.mainPurse, balance: motes('balance'), available: motes('available'), holds: [] };
  const record = { ref, value, block, bases: [], sequence: 1 };
  const inStore = (changes: object, audited = 1): readonly string[] => {
    const { tables } = createMemoryStore();
    const changed = { ...record, ...changes };
    return wrongInStore(
      {
        ...tables,
        records: new Map([['a', changed]]) as unknown as MemoryTables['records'],
        cache: new Map([['a', { entry: changed, expiresAt: 0 }]]) as unknown as MemoryTables['cache'],
        audit: new Map([['b', Array.from({ length: audited }, () => ({ sequence: 1, block }))]]) as never,
        progress: { ...tables.progress, head: { ...block, seenAt: '' } },
      },
      definitions,
    );
  };
  const recordsAlone = (changes: object) => inStore(changes, 0).filter((one) => !one.startsWith('audit'));

  test('where a record or an entry has a value or a block that the chain does not have', () => {
    expect(recordsAlone({})).toEqual([]);
    expect(recordsAlone({ value: { ...value, balance: '1' } })).toHaveLength(2);
    expect(recordsAlone({ value: null })).toHaveLength(2);
    expect(recordsAlone({ block: { ...block, hash: truth.block(51).hash } })).toHaveLength(2);
  });

  test('where a layout is not the layout at its block', () => {
    const [token] = truth.tokens;
    const packageHash = token?.packageHash ?? '';
    const layout = { owners: `uref-${truth.seed(packageHash, 'token_owners', 50)}-007` };
    const joined = { contractHash: truth.contractHash(packageHash, 50) };
    const basis = { ref: { kind: 'basis', id: `layout:${packageHash}` } };
    expect(recordsAlone({ ...basis, value: { value: layout, joined } })).toEqual([]);
    expect(recordsAlone({ ...basis, value: { value: { owners: 'uref-0' }, joined } })).toHaveLength(2);
    expect(recordsAlone({ ...basis, value: { value: layout, joined: {} } })).toHaveLength(2);
  });

  test('where an audit trail is broken (rule ITEM-3)', () => {
    expect(inStore({}, 1).filter((one) => one.startsWith('audit'))).not.toEqual([]);
  });
});

test('a service before nodes of another network gives no right answer', async () => {
  const strange = {
    name: 'another network',
    seconds: 5,
    load: 10,
    spells: [{ from: -20, to: 99, condition: anotherNetwork }],
    expected: [],
  };
  const { verdicts, answers } = await runScript(strange, 1, await loadHandlers());
  expect(answers).toBeGreaterThan(50);
  expect(verdicts.right + verdicts.labelled).toBe(0);
});

const anotherNetwork = { says: { untruth: 'wrong-network' } } as const;

function motes(field: string): string {
  return (data as unknown as Record<string, { readonly motes: string } | undefined>)[field]?.motes ?? '';
}
