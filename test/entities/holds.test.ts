import { describe, expect, test } from '@jest/globals';
import { type NoFeeRules, withoutFees } from '../../infra/local/dev-chain/no-fee.ts';
import type { Recording } from '../../infra/local/dev-chain/recording.ts';
import type { Answer } from '../../lib/domain/answer.ts';
import { refKey } from '../../lib/domain/entity.ts';
import { defaultReadOptions, type ReadOptions } from '../../lib/domain/freshness.ts';
import type { EntityRecord } from '../../lib/domain/record.ts';
import { runTick } from '../../lib/usecases/following/tick.ts';
import { lookup } from '../../lib/usecases/reading/lookup.ts';
import { noFeeTruth } from '../support/no-fee-truth.ts';
import { carrying } from '../usecases/following/alter.ts';
import { type Alter, createWorld } from '../usecases/following/world.ts';
import { reconcile } from '../usecases/reconciliation/run.ts';

interface Held {
  readonly recording: 'chain-a' | 'chain-d';
  readonly rules: NoFeeRules;
  /** By how many blocks the chain grows between two ticks; repeated. */
  readonly steps: readonly number[];
}

const held: readonly Held[] = [
  { recording: 'chain-a', rules: { handling: 'accrued', intervalMs: 7_000 }, steps: [1] },
  { recording: 'chain-d', rules: { handling: 'accrued', intervalMs: 20_000 }, steps: [1] },
  { recording: 'chain-d', rules: { handling: 'accrued', intervalMs: 33_000 }, steps: [3, 1, 14] },
  { recording: 'chain-d', rules: { handling: 'amortized', intervalMs: 20_000 }, steps: [1] },
  { recording: 'chain-a', rules: { handling: 'amortized', intervalMs: 9_000 }, steps: [2, 5] },
];

const onlyChain = { noCache: true, staleIfError: 0 };

describe.each(held)('on a chain without fees, $recording, $rules, ticks $steps', ({ recording, rules, steps }) => {
  const truth = noFeeTruth(recording, rules);
  const accounts = truth.accounts.map(({ id }) => ({ kind: 'account', id }));
  const timeOf = (height: number): number => Date.parse(truth.block(height).timestamp);

  test('every hold is shown with its end, and runs out in the right block (rules CLAIM-5 and KIND-6)', async () => {
    const world = await createWorld({ recording, made: (recorded) => withoutFees(recorded, rules), height: 0 });
    const service = world.process();
    const ask = async (options: Partial<ReadOptions> = {}): Promise<Answer[]> =>
      Promise.all(accounts.map((ref) => lookup(ref, { ...defaultReadOptions, staleIfError: 0, ...options }, service)));
    const wrong = (answers: readonly Answer[]) =>
      answers.filter(
        ({ ref, data, verifiedThrough: { height } }) =>
          JSON.stringify(data) !== JSON.stringify(truth.account(ref.id, height)),
      );
    let met = 0;
    let ended = 0;

    for (let height = 0, turn = 0; height < truth.lastHeight; turn += 1) {
      height = Math.min(truth.lastHeight, height + (steps[turn % steps.length] ?? 1));
      world.setHeight(height);
      expect((await runTick(service)).stoppedBy).toBe('done');
      const over = ({ ref, validUntil }: EntityRecord): boolean =>
        ref.kind === 'account' && validUntil !== null && Date.parse(validUntil) < timeOf(height);
      ended += [...world.tables.records.values()].filter(over).length;
      world.pass(6_000);
      const answers = await ask();
      expect([height, wrong(answers)]).toEqual([height, []]);
      // Nothing is served that has ended by then, whatever its age.
      const late = answers.flatMap(({ data }) => (data as Shown | null)?.holds ?? []);
      expect(late.filter(({ until }) => Date.parse(until) < timeOf(height))).toEqual([]);
      met += late.length;

      // Claimed by what is stored, through the cursor or less: true at the block that is named.
      expect([height, wrong(await ask({ onlyIfCached: true, maxStale: 1_000_000 }))]).toEqual([height, []]);
      if (height % 10 === 0) {
        const current = await ask(onlyChain);
        expect(current.every(({ verifiedThrough }) => verifiedThrough.height === height)).toBe(true);
        expect([height, wrong(current)]).toEqual([height, []]);
      }
    }
    expect(met).toBeGreaterThan(20);
    expect(ended).toBeGreaterThan(0);
    expect(world.counted.get('Conflict') ?? 0).toBe(0);
    expect(world.counted.get('Missed') ?? 0).toBe(0);
  });
});

interface Shown {
  readonly holds: readonly { readonly since: string; readonly until: string }[];
}

test('an account that holds something costs no call until the hold ends, and the rules of holds are read once', async () => {
  const [rules, recording] = [{ handling: 'accrued', intervalMs: 86_400_000 } as const, 'chain-d' as const];
  const truth = noFeeTruth(recording, rules);
  const world = await createWorld({ recording, made: (recorded) => withoutFees(recorded, rules), height: 100 });
  let registry = 0;
  const service = world.process({
    onRequest: (_method, params) => {
      if (String(params?.key).startsWith('system-entity-registry-')) registry += 1;
    },
  });
  await runTick(service);
  const refs = truth.accounts.map(({ id }) => ({ kind: 'account', id }));
  const ask = () => Promise.all(refs.map((ref) => lookup(ref, defaultReadOptions, service)));
  await ask();
  const stored = refs.map((ref) => world.tables.records.get(refKey(ref))?.value as Shown | undefined);
  expect(stored.filter((value) => (value?.holds.length ?? 0) > 0).length).toBeGreaterThan(3);
  expect(registry).toBe(1);

  world.pass(30_000);
  const before = service.chain.calls();
  expect((await ask()).map(({ source }) => source)).toEqual(refs.map(() => 'cache'));
  expect(service.chain.calls() - before).toBe(0);
});

test('where the rules of holds cannot be read, a hold has no end and is claimed for its own block only', async () => {
  const rules = { handling: 'accrued', intervalMs: 20_000 } as const;
  const hidden: Alter = (method, params, forward) =>
    method === 'query_global_state' && params.key.startsWith('system-entity-registry-')
      ? { jsonrpc: '2.0', id: 1, error: { code: -32003, message: 'Query failed', data: 'ValueNotFound' } }
      : forward();
  const made = (recorded: Recording) => withoutFees(recorded, rules);
  const world = await createWorld({ recording: 'chain-d', made, nodes: [hidden], height: 100 });
  const service = world.process();
  await runTick(service);
  const truth = noFeeTruth('chain-d', rules);
  let met = 0;
  for (const { id } of truth.accounts) {
    const { data, freshSeconds } = await lookup({ kind: 'account', id }, defaultReadOptions, service);
    const expected = truth.account(id, 100) as (Shown & Record<string, unknown>) | null;
    const holds = expected?.holds.map((hold) => ({ ...hold, until: null, handling: null }));
    expect(data).toEqual(expected && { ...expected, holds });
    if (!holds?.length) continue;
    met += 1;
    expect(freshSeconds).toBe(5);
    const record = world.tables.records.get(refKey({ kind: 'account', id }));
    expect(record?.validUntil).toBe(record?.block.timestamp);
  }
  expect(met).toBeGreaterThan(3);
});

test('a run of reconciliation finds no fault in what holds have released', async () => {
  const rules = { handling: 'accrued', intervalMs: 20_000 } as const;
  const truth = noFeeTruth('chain-d', rules);
  const made = (recorded: Recording) => withoutFees(recorded, rules);
  const world = await createWorld({ recording: 'chain-d', made, height: 100 });
  const service = world.process();
  await runTick(service);
  for (const { id } of truth.accounts) await lookup({ kind: 'account', id }, defaultReadOptions, service);
  world.setHeight(truth.lastHeight);
  await runTick(service);
  world.pass(3_600_000);
  const { counts } = (await reconcile(service)).tally;
  expect(counts).toMatchObject({ missed: 0, conflict: 0, unverifiable: 0, review: 0, unfixed: 0 });
  expect(counts.behind).toBeGreaterThan(0);
  for (const { id } of truth.accounts) {
    const { data, verifiedThrough } = await lookup({ kind: 'account', id }, defaultReadOptions, service);
    expect(data).toEqual(truth.account(id, verifiedThrough.height));
  }
});

test('when the network changes how long it holds, sync dates the change, and every hold gets its new end', async () => {
  const [before, after] = [60_000, 90_000];
  const changed = 64;
  const intervalKey = `uref-${'e3'.repeat(32)}`;
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(after));
  const value = { CLValue: { cl_type: 'U64', bytes: bytes.toString('hex'), parsed: after } };
  const made = (recorded: Recording) => {
    const chain = withoutFees(recorded, { handling: 'accrued', intervalMs: before });
    const state = new Map(chain.state);
    state.set(intervalKey, [...(state.get(intervalKey) ?? []), { height: changed, value }]);
    return { ...chain, state };
  };
  const nodes = [carrying({ height: changed, keys: [intervalKey] })];
  const world = await createWorld({ recording: 'chain-a', made, nodes, height: 60 });
  const service = world.process();
  await runTick(service);
  const ask = (options: Partial<ReadOptions> = {}) =>
    Promise.all(
      noFeeTruth('chain-a', { handling: 'accrued', intervalMs: before }).accounts.map(({ id }) =>
        lookup({ kind: 'account', id }, { ...defaultReadOptions, ...options }, service),
      ),
    );
  const lengths = (answers: readonly Answer[]) =>
    answers.flatMap(({ data, verifiedThrough: { height } }) =>
      ((data as Shown | null)?.holds ?? []).map(({ since, until }) => [
        height < changed ? 'before' : 'after',
        Date.parse(until) - Date.parse(since),
      ]),
    );
  const first = lengths(await ask());
  expect(first.length).toBeGreaterThan(1);
  expect(new Set(first.map(String))).toEqual(new Set([`before,${before}`]));

  for (const height of [63, 68]) {
    world.setHeight(height);
    expect((await runTick(service)).stoppedBy).toBe('done');
  }
  const stored = lengths(await ask({ onlyIfCached: true, maxStale: 1_000_000 }));
  expect(stored.length).toBeGreaterThan(1);
  // What is stored is claimed through the block before the change, unless it was read again.
  expect(stored.map(String)).toContain(`before,${before}`);
  expect([`before,${before}`, `after,${after}`]).toEqual(expect.arrayContaining(stored.map(String)));
  expect(new Set(lengths(await ask({ noCache: true })).map(String))).toEqual(new Set([`after,${after}`]));
});
