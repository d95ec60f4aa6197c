import { describe, expect, test } from '@jest/globals';
import { loadRecording } from '../../../infra/local/dev-chain/recording.ts';
import type { EntityRecord } from '../../../lib/domain/record.ts';
import { followToTip } from '../../../lib/usecases/following/follow-to-tip.ts';
import { type Question, questionsOf } from '../../recorded-truth/questions.ts';
import type { MemoryTables } from '../../support/memory-store.ts';
import { recordedTruth } from '../../support/recorded-truth.ts';
import { allOf, carrying } from './alter.ts';
import { ask, askAll, wrongAnswers } from './follow.ts';
import { liquidOf } from './liquid.ts';
import { type Alter, createWorld, type World } from './world.ts';

const truth = recordedTruth('chain-a');
const liquid = liquidOf['chain-a'];
const questions = questionsOf(truth, liquid);

/** Follows everything through block `from`, with `many` copies of one record; gives what the next blocks cost. */
async function costWith(like: string, many: number, from: number, alter?: Alter, blocks = 1) {
  const calls = new Map<string, number>();
  const note = (call: string): void => void calls.set(call, (calls.get(call) ?? 0) + 1);
  const world = await createWorld({ height: from, liquid, nodes: [alter] });
  const service = world.process({ onCall: note, onRequest: note });
  await followToTip(service);
  await askAll(questions, service);
  const added = track(many, like, world.tables);
  world.setHeight(from + blocks);
  calls.clear();
  const { tick } = await followToTip(service);
  expect(tick.stoppedBy).toBe('done');
  const areUnchanged = added.every((key) => world.tables.records.get(key)?.block.height === from);
  return { world, tick, areUnchanged, added, calls: Object.fromEntries([...calls].sort()) };
}

/** The copies differ in the last digits of their ids, and each watches keys of its own. */
function track(many: number, like: string, tables: MemoryTables): string[] {
  const record = tables.records.get(like) as EntityRecord;
  const cached = tables.cache.get(like);
  const rows = tables.watches.get(record.readSet.find((key) => tables.watches.has(key)) ?? '');
  return Array.from({ length: many }, (_, index) => {
    const ref = { kind: record.ref.kind, id: `${record.ref.id.slice(0, -6)}${String(index).padStart(6, '0')}` };
    const key = `${ref.kind}#${ref.id}`;
    tables.records.set(key, { ...record, ref });
    if (cached !== undefined) tables.cache.set(key, { ...cached, entry: { ...cached.entry, ref } });
    for (const watched of ['first', 'second']) {
      tables.watches.set(
        `${watched} ${ref.id}`,
        new Map([...(rows ?? [])].map(([who, until]) => [who === '!' ? who : key, until])),
      );
    }
    return key;
  });
}

const askAgain = async (world: World) => {
  world.pass(6_000);
  const answers = await askAll(questions, world.process());
  expect(wrongAnswers(questions, answers, truth)).toEqual([]);
};

describe('rule FOLLOW-3: a switch block', () => {
  test('costs no more with ten thousand stakers tracked, and their next answers are right', async () => {
    const staker = questions.find(
      ({ kind, truth: data }) => kind === 'staking' && (data(32)?.delegations as [])?.length > 0,
    );
    const like = `staking#${staker?.id}`;
    const [few, many] = [await costWith(like, 0, 32), await costWith(like, 10_000, 32)];
    expect(truth.switchBlocks).toContain(33);
    expect([many.areUnchanged, many.calls, many.tick.refreshed]).toEqual([true, few.calls, few.tick.refreshed]);
    await askAgain(many.world);

    // The era has ended since: a position is claimed through the block before.
    const [kind, id] = (many.added[7] as string).split('#') as ['staking', string];
    const claimed = await ask({ kind, id, path: '', truth: () => null }, many.world.process());
    expect([claimed.source, claimed.block.height, claimed.verifiedThrough.height]).toEqual(['cache', 32, 32]);
  });
});

describe("rules FOLLOW-3 and BASIS-3: a write of a contract's key", () => {
  const { packageHash } = truth.collections.find(({ alias }) => alias === 'villas') ?? { packageHash: '' };
  const key = `hash-${truth.contractHash(packageHash, 60)}`;
  const token = truth.tokens.find((one) => one.packageHash === packageHash && truth.asset(one, 60) !== null);
  const like = `asset#${packageHash}:${token?.tokenId}`;
  const lookedUp = questions.find(({ id }) => `asset#${id}` === like) as Question;

  test('costs three reads, however many tokens depend on the contract, and no token is read', async () => {
    const carried = carrying({ height: 61, keys: [key] });
    const [none, few, many] = [
      await costWith(like, 0, 60),
      await costWith(like, 0, 60, carried),
      await costWith(like, 100_000, 60, carried),
    ];
    expect([many.areUnchanged, many.calls, many.tick.refreshed]).toEqual([true, few.calls, 1]);
    const reads = (calls: Record<string, number>): number => calls.query_global_state ?? 0;
    expect(reads(few.calls) - reads(none.calls)).toBeLessThanOrEqual(3);
    expect(few.tick.calls - none.tick.calls).toBeLessThanOrEqual(4);
    await askAgain(many.world);
    const { source, block, verifiedThrough } = await ask(lookedUp, many.world.process());
    expect([source, block.height, verifiedThrough.height]).toEqual(['cache', 61, 61]);
  });

  const carriedIn = (heights: readonly number[]) => allOf(heights.map((height) => carrying({ height, keys: [key] })));

  test('in several blocks of a batch costs three reads for each, and every token keeps its claim', async () => {
    const [once, often] = [
      await costWith(like, 0, 60, carriedIn([68]), 8),
      await costWith(like, 1_000, 60, carriedIn([61, 62, 63, 64, 65, 66, 67, 68]), 8),
    ];
    const reads = (calls: Record<string, number>): number => calls.query_global_state ?? 0;
    expect([often.areUnchanged, often.tick.to, often.tick.refreshed]).toEqual([true, 68, once.tick.refreshed]);
    expect(reads(often.calls) - reads(once.calls)).toBeLessThanOrEqual(7 * 3);
    const { source, block, verifiedThrough } = await ask(lookedUp, often.world.process());
    expect([source, block.height, verifiedThrough.height]).toEqual(['cache', 68, 68]);
    await askAgain(often.world);
  });

  test('in more than eight blocks of a batch counts as a change in each: it is read once, and tokens are claimed through the block before', async () => {
    const heights = [62, 63, 64, 65, 66, 67, 68, 69, 70];
    const [once, often] = [
      await costWith(like, 0, 60, carriedIn([70]), 10),
      await costWith(like, 1_000, 60, carriedIn(heights), 10),
    ];
    expect([often.areUnchanged, often.calls.query_global_state]).toEqual([true, once.calls.query_global_state]);
    const { source, block, verifiedThrough } = await ask(lookedUp, often.world.process());
    expect([source, block.height, verifiedThrough.height]).toEqual(['cache', 60, 61]);
    await askAgain(often.world);
  });

  test('whose earlier state no node has counts as a change, and sync goes on', async () => {
    const forgetful: Alter = (_method, params, forward) => {
      const at = loadRecording('chain-a').heightOfBlock.get(params?.state_identifier?.BlockHash);
      return at === 61 && params.key === key ? noSuchBlock : forward();
    };
    const alter = allOf([carriedIn([61, 62]), forgetful]);
    const { world, tick } = await costWith(like, 0, 60, alter, 2);
    expect([tick.stoppedBy, tick.to]).toEqual(['done', 62]);
    const { verifiedThrough } = await ask(lookedUp, world.process());
    expect(verifiedThrough.height).toBe(60);
    await askAgain(world);
  });
});

const noSuchBlock = { jsonrpc: '2.0', id: 1, error: { code: -32001, message: 'No such block' } };
