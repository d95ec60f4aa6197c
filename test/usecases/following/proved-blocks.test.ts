import { describe, expect, test } from '@jest/globals';
import type { Recording } from '../../../infra/local/dev-chain/recording.ts';
import { bodyHash } from '../../../lib/chain/proof/body-hash.ts';
import { headerHash } from '../../../lib/chain/proof/header-hash.ts';
import { runTick } from '../../../lib/usecases/following/tick.ts';
import { lacking } from '../../support/lacking.ts';
import { held } from './killed.ts';
import { describeLies, end, followed, height, type Lie, recording, start, undisturbed } from './proved.ts';
import { type Alter, changeable, createWorld, type Json } from './world.ts';

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

const withMembers = (members: (block: Json) => object): ((block: Json) => undefined) => {
  return (block) => void Object.assign(block, members(block));
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

/** Each on the answer of the one before. */
const both =
  (outer: Alter, inner: Alter): Alter =>
  (method, params, forward) =>
    outer(method, params, () => inner(method, params, forward));

const otherList = `its transactions are not those that the header of block ${height} names`;
const otherHeader = `its header of block ${height} does not have the hash of that block`;
const olderForm = `its block ${height} has the form of an older protocol version`;
const withOtherTime = changing(({ header }) => {
  header.timestamp = other(height + 1).header.timestamp;
  return undefined;
});

const lies: readonly Lie[] = [
  {
    what: 'leaves a transaction out',
    lie: changing(({ body }) => void Object.values<unknown[]>(body.transactions)[0]?.pop()),
    why: otherList,
  },
  {
    what: 'adds a transaction',
    lie: changing(({ body }) => void Object.assign(body.transactions, { 9: [{ Version1: 'ab'.repeat(32) }] })),
    why: otherList,
  },
  {
    what: 'has the transactions of two blocks the other way round',
    lie: both(
      changing(withMembers(() => ({ body: other(height + 1).body }))),
      changing(
        withMembers(() => ({ body: other(height).body })),
        height + 1,
      ),
    ),
    why: 'its transactions are not those that the header of block',
  },
  {
    what: 'names the hash of other transactions in its header',
    lie: changing(
      withMembers(({ header }) => {
        const { body, header: its } = other(height + 1);
        return { body, header: { ...header, body_hash: its.body_hash } };
      }),
    ),
    why: otherHeader,
  },
  { what: 'has another time', lie: withOtherTime, why: otherHeader },
  {
    what: 'spells the protocol version with a zero in front, so that it looks like an upgrade',
    lie: changing(({ header }) => void Object.assign(header, { protocol_version: `0${header.protocol_version}` })),
    why: otherHeader,
  },
  {
    what: 'has it in the form of 1.x, in which nothing is proved, without transactions',
    lie: changing((block) => asOlder(block)),
    why: olderForm,
  },
  {
    what: 'has it in that form, with a protocol version of that time',
    lie: changing((block) => asOlder(block, '1.5.8')),
    why: olderForm,
  },
];

// Rule AUDIT-6 as well.
describeLies('PROOF-6', 'chain_get_block', lies);

/** With a zero in front a lane's name is no whole number to JavaScript, so that the order of the members is that of the text. */
const spelledLanes = changing(({ body }) => {
  const lanes = Object.entries(body.transactions).reverse();
  return void Object.assign(body, { transactions: Object.fromEntries(lanes.map(([lane, all]) => [`0${lane}`, all])) });
});

test('rule PROOF-6: lanes that a node spells otherwise are read from another node, in their order', async () => {
  const { world, service } = await followed([spelledLanes, undefined]);
  expect(await runTick(service)).toMatchObject({ from: start + 1, to: end, stoppedBy: 'done' });
  expect(held(world.tables)).toEqual(await undisturbed());
});

describe('rules PROOF-6 and PROOF-7', () => {
  test('every block of the chain is proved, with one call more for each that has transactions, and with none where nothing is proved', async () => {
    const first = 9;
    const heights = Array.from({ length: recording.lastHeight - first }, (_, step) => first + 1 + step);
    const callsAt = async (percent: string): Promise<readonly number[]> => {
      const env = { ASTAKE_PROVE_PERCENT: percent };
      const world = await createWorld({ recording: 'chain-e', height: first, env });
      const service = world.process();
      await runTick(service);
      const seen: number[] = [];
      for (const at of heights) {
        world.setHeight(at);
        const { stoppedBy, to, calls } = await runTick(service);
        expect({ stoppedBy, to }).toEqual({ stoppedBy: 'done', to: at });
        seen.push(calls);
      }
      expect(world.counted.get('SyncBlocksProved')).toBe(percent === '0' ? undefined : heights.length);
      return seen;
    };
    const [without, proved] = [await callsAt('0'), await callsAt('100')];
    const hasTransactions = (at: number) => Object.keys(recording.blocks[at]?.body.transactions ?? {}).length > 0;
    expect(heights.filter(hasTransactions).length).toBeGreaterThan(60);
    expect(proved).toEqual(without.map((calls, index) => calls + (hasTransactions(heights[index] ?? 0) ? 1 : 0)));
  });

  test('where nothing is proved, a node with another header is believed', async () => {
    const { service } = await followed([withOtherTime], { percent: 0 });
    expect(await runTick(service)).toMatchObject({ to: end, stoppedBy: 'done' });
  });

  /** The chain as nodes would show it that lie alike: a block has no transactions, and all its hashes are true. */
  const emptiedAt =
    (at: number) =>
    (chain: Recording): Recording => {
      const block = chain.blocks[at] ?? lacking();
      const body = { ...block.body, transactions: {} };
      const header = { ...block.header, body_hash: bodyHash(body) };
      const made = { hash: headerHash(header), header, body };
      const proofs = chain.blockAnswers[at]?.block_with_signatures.proofs ?? [];
      return {
        ...chain,
        blocks: chain.blocks.with(at, made),
        blockAnswers: chain.blockAnswers.with(at, { block_with_signatures: { block: { Version2: made }, proofs } }),
        heightOfBlock: new Map([...chain.heightOfBlock, [made.hash, at]]),
      };
    };

  test('a newest block without transactions, with true hashes, that all nodes show alike is not followed: no validator has signed it (rule PROOF-4)', async () => {
    const { world, service } = await followed([undefined, undefined], { made: emptiedAt(end) });
    for (let ticks = 1; ticks <= 3; ticks += 1) await runTick(service);
    expect(world.tables.progress.cursor?.height).toBe(end - 1);
  });

  test('nor is such a block below it: it is not the parent of the next one (rule FOLLOW-1)', async () => {
    const { world, service } = await followed([undefined, undefined], { made: emptiedAt(height) });
    for (let ticks = 1; ticks <= 3; ticks += 1)
      expect(await runTick(service)).toMatchObject({ stoppedBy: 'chain', reason: expect.stringContaining('parent') });
    expect(world.tables.progress.cursor?.height).toBe(start);
  });
});
