import { describe, expect, test } from '@jest/globals';
import { loadRecording } from '../../../infra/local/dev-chain/recording.ts';
import { runTick } from '../../../lib/usecases/following/tick.ts';
import { readHealth } from '../../../lib/usecases/health/health.ts';
import { questionsOf } from '../../recorded-truth/questions.ts';
import { recordedTruth } from '../../support/recorded-truth.ts';
import { askAll } from './follow.ts';
import { held } from './killed.ts';
import { type Alter, changeable, createWorld, type Json } from './world.ts';

const recording = loadRecording('chain-e');
const questions = questionsOf(recordedTruth('chain-e'));
const [start, end] = [40, 46];
/** In the middle of the batch, with several transactions. */
const height = 43;

/** Another block at one height: what the node sends as its block, with the members `hash`, `header` and `body`. */
const changing =
  (change: (block: Json) => object | undefined, at = height): Alter =>
  (method, _params, forward) => {
    const answer = forward();
    if (method !== 'chain_get_block' || answer.result === undefined) return answer;
    const changed = changeable(answer);
    const { block } = changed.result.block_with_signatures;
    if (block.Version2.header.height === at) Object.assign(block, change(block.Version2));
    return changed;
  };

const other = (at: number): Json => changeable(recording.blockAnswers[at]).block_with_signatures.block.Version2;

const asOlder = ({ hash, header }: Json, version = header.protocol_version): object => ({
  Version2: undefined,
  Version1: {
    hash,
    header: { ...header, protocol_version: version },
    body: { proposer: header.proposer, deploy_hashes: [], transfer_hashes: [] },
  },
});

const lies: readonly (readonly [what: string, lie: Alter, why: string])[] = [
  [
    'leaves a transaction out',
    changing(({ body }) => void Object.values<unknown[]>(body.transactions)[0]?.pop()),
    `its transactions are not those that the header of block ${height} names`,
  ],
  [
    'adds a transaction',
    changing(({ body }) => void Object.assign(body.transactions, { 9: [{ Version1: 'ab'.repeat(32) }] })),
    `its transactions are not those that the header of block ${height} names`,
  ],
  [
    'has the transactions of two blocks the other way round',
    (method, params, forward) =>
      changing((block) => void Object.assign(block, { body: other(height + 1).body }), height)(method, params, () =>
        changing((block) => void Object.assign(block, { body: other(height).body }), height + 1)(
          method,
          params,
          forward,
        ),
      ),
    'its transactions are not those that the header of block',
  ],
  [
    'names the hash of other transactions in its header',
    changing((block) => {
      block.header.body_hash = other(height + 1).header.body_hash;
      block.body = other(height + 1).body;
    }),
    `its header of block ${height} does not have the hash of that block`,
  ],
  [
    'has another time',
    changing(({ header }) => {
      header.timestamp = other(height + 1).header.timestamp;
    }),
    `its header of block ${height} does not have the hash of that block`,
  ],
  [
    'has it in the form of 1.x, in which nothing is proved, without transactions',
    changing((block) => asOlder(block)),
    `its block ${height} has the form of an older protocol version`,
  ],
  [
    'has it in that form, with a protocol version of that time',
    changing((block) => asOlder(block, '1.5.8')),
    `its block ${height} has the form of an older protocol version`,
  ],
];

async function followed(nodes: readonly (Alter | undefined)[], env: Record<string, string> = {}) {
  const world = await createWorld({
    recording: 'chain-e',
    height: start,
    nodes,
    env: { ASTAKE_PROVE_PERCENT: '100', ...env },
  });
  const service = world.process();
  expect((await runTick(service)).stoppedBy).toBe('done');
  await askAll(questions, service);
  world.setHeight(end);
  return { world, service };
}

const undisturbed = (async (): Promise<object> => {
  const { world, service } = await followed([undefined]);
  expect(await runTick(service)).toMatchObject({ from: start + 1, to: end, stoppedBy: 'done' });
  return held(world.tables);
})();

describe.each(lies)('rule PROOF-6: a node that %s', (_what, lie, why) => {
  test('is barred, and the block is followed as another node has it', async () => {
    const { world, service } = await followed([lie, undefined]);
    expect(await runTick(service)).toMatchObject({ from: start + 1, to: end, stoppedBy: 'done' });
    expect(held(world.tables)).toEqual(await undisturbed);
    const [first, second] = service.chain.report();
    expect(first).toMatchObject({ code: 'barred', method: 'chain_get_block', reason: expect.stringContaining(why) });
    expect(second).toMatchObject({ state: 'healthy' });
  });

  test('does not move sync where all nodes do the same, and health says why', async () => {
    const { world, service } = await followed([lie, lie]);
    for (let ticks = 1; ticks <= 3; ticks += 1) {
      expect(await runTick(service)).toMatchObject({ stoppedBy: 'chain', reason: expect.stringContaining(why) });
      world.pass(100_000);
    }
    // Which blocks below it are followed depends on when the nodes are barred: blocks are read four at once.
    expect(world.tables.progress.cursor?.height).toBeLessThan(height);
    expect(JSON.stringify(await readHealth(service))).toContain(why);
  });
});

describe('rule PROOF-6', () => {
  test('every block of the chain is followed, without a call more than where nothing is proved', async () => {
    const calls = await Promise.all(
      ['0', '100'].map(async (percent) => {
        const world = await createWorld({
          recording: 'chain-e',
          height: 14,
          env: { ASTAKE_PROVE_PERCENT: percent },
        });
        const service = world.process();
        await runTick(service);
        const seen: number[] = [];
        const heights = Array.from({ length: Math.floor((recording.lastHeight - 14) / 5) }, (_, step) => 19 + 5 * step);
        for (const at of heights) {
          world.setHeight(at);
          const { stoppedBy, to, calls: sent } = await runTick(service);
          expect({ stoppedBy, to }).toEqual({ stoppedBy: 'done', to: at });
          seen.push(sent);
        }
        // The block at which sync begins is not followed.
        const proved = percent === '0' ? undefined : (heights.at(-1) ?? 0) - 14;
        expect(world.counted.get('SyncBlocksProved')).toBe(proved);
        return seen;
      }),
    );
    expect(calls[1]).toEqual(calls[0]);
  });

  test('where nothing is proved, a node with another header is believed', async () => {
    const { service } = await followed([lies[4]?.[1]], { ASTAKE_PROVE_PERCENT: '0' });
    expect(await runTick(service)).toMatchObject({ to: end, stoppedBy: 'done' });
  });
});
