import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Answer } from '../../lib/domain/answer.ts';
import { type EntityRef, refKey } from '../../lib/domain/entity.ts';
import { defaultReadOptions } from '../../lib/domain/freshness.ts';
import { metaOf } from '../../lib/runtime/reply.ts';
import type { Running } from '../../lib/runtime/service.ts';
import { runTick } from '../../lib/usecases/following/tick.ts';
import { corroborate } from '../../lib/usecases/observing/corroborate.ts';
import { lookup } from '../../lib/usecases/reading/lookup.ts';
import { lacking } from '../support/lacking.ts';
import { recordedTruth } from '../support/recorded-truth.ts';
import { type Alter, changeable, createWorld, type World } from '../usecases/following/world.ts';
import { noCounts, reconcile } from '../usecases/reconciliation/run.ts';

/** Rule PROOF-1: three of ten readings for readers are proved; all nodes name another owner than their true proofs. */
const share = 0.3;
const truth = recordedTruth('chain-e');
const [from, to] = [60, 75];

/** Its owner is another one at `to`. */
const token =
  truth.tokens.find((one) => {
    const [before, after] = [from, to].map((height) => JSON.stringify(truth.asset(one, height)));
    return before !== 'null' && before !== after;
  }) ?? lacking();
const asset: EntityRef = { kind: 'asset', id: `${token.packageHash}:${token.tokenId}` };
const account: EntityRef = { kind: 'account', id: truth.accounts[0]?.id ?? lacking() };
const fromChain = { ...defaultReadOptions, noCache: true };

const otherOwner: Alter = (method, _params, forward) => {
  const answer = forward();
  if (method !== 'query_global_state' || answer.result?.stored_value.CLValue?.cl_type !== 'Key') return answer;
  const changed = changeable(answer);
  changed.result.stored_value.CLValue.bytes = `00${'ab'.repeat(32)}`;
  return changed;
};

let world: World;
let service: Running;
/** What chance says next, and how often it was asked. */
let drawn: number;
let draws: number;

beforeEach(async () => {
  [drawn, draws] = [0, 0];
  world = await createWorld({
    recording: 'chain-e',
    height: from,
    nodes: [otherOwner, otherOwner],
    env: { ASTAKE_PROVE_PERCENT: String(share * 100) },
    chance: () => {
      draws += 1;
      return drawn;
    },
  });
  service = world.process();
  expect((await runTick(service)).stoppedBy).toBe('done');
  draws = 0;
});

const proofIn = (answer: Answer) => metaOf(answer, 'a-request').proof;
const proved = expect.objectContaining({ level: 'signed', height: from });
const notAsked = expect.objectContaining({ level: 'none', reason: 'not_asked' });

describe('of the readings for readers the configured share is proved', () => {
  test.each([
    ['below the share', share - 0.01, proved],
    ['at the share', share, notAsked],
    ['above it', 0.99, notAsked],
  ])('%s: the answer, what is kept, and each further answer say the same', async (_where, number, proof) => {
    drawn = number;
    const read = await lookup(account, fromChain, service);
    expect([read.source, proofIn(read)]).toEqual(['chain', proof]);
    expect(world.tables.records.get(refKey(account))?.proof).toEqual(proof);
    drawn = number < share ? 0.99 : 0;
    const kept = await lookup(account, defaultReadOptions, world.process());
    expect([kept.source, proofIn(kept)]).toEqual(['cache', proof]);
  });

  test('a later reading of the chain replaces what is kept by what it has proved, or not', async () => {
    const levels: string[] = [];
    for (const number of [0.99, 0.1, 0.5]) {
      drawn = number;
      await lookup(account, fromChain, service);
      levels.push(proofIn(await lookup(account, defaultReadOptions, world.process())).level);
    }
    expect(levels).toEqual(['none', 'signed', 'none']);
  });

  test('a reading that is not proved believes the nodes, and says so', async () => {
    drawn = 0.99;
    const read = await lookup(asset, fromChain, service);
    expect(read.data).not.toEqual(truth.asset(token, from));
    expect(proofIn(read)).toEqual(notAsked);
  });
});

describe('whatever the share is, each reading is proved', () => {
  beforeEach(async () => {
    await lookup(asset, fromChain, service);
    [drawn, draws] = [0.99, 0];
  });
  const kept = () => world.tables.records.get(refKey(asset)) ?? lacking();

  test('of sync', async () => {
    world.setHeight(to);
    expect(await runTick(service)).toMatchObject({ stoppedBy: 'done', to });
    expect(kept()).toMatchObject({ block: { height: to }, proof: { level: 'signed' } });
    const { data } = await lookup(asset, defaultReadOptions, world.process());
    expect(data).toEqual(truth.asset(token, to));
    expect(draws).toBe(0);
  });

  test('of a reconciliation', async () => {
    world.pass(60_000);
    const { tally } = await reconcile(world.process());
    // It makes the record of the owner, which was not asked for.
    expect(tally.counts).toEqual({ ...noCounts, match: expect.any(Number), fixed: 1 });
    const { data, conflict } = await lookup(asset, defaultReadOptions, world.process());
    expect([data, conflict]).toEqual([truth.asset(token, from), null]);
    expect(draws).toBe(0);
  });

  test('of one node alone, for a reader too', async () => {
    const signal = AbortSignal.timeout(60_000);
    const definition = service.definitions.get('asset') ?? lacking();
    const block = await service.chain.tip({ signal });
    const ask = () => corroborate({ definition, ref: asset, record: kept(), block, signal }, service);
    const { judgement, observed } = (await service.chain.counted(ask, 'reader')).value;
    expect(judgement.verdict).toBe('confirmed');
    expect(observed?.observation.proof?.level).toBe('signed');
    expect(draws).toBe(0);
  });
});
