import { afterEach, describe, expect, test } from '@jest/globals';
import { loadRecording } from '../../infra/local/dev-chain/recording.ts';
import { headerHash } from '../../lib/chain/proof/header-hash.ts';
import type { EntityRef } from '../../lib/domain/entity.ts';
import { defaultReadOptions } from '../../lib/domain/freshness.ts';
import { lookup } from '../../lib/usecases/reading/lookup.ts';
import { lacking } from '../support/lacking.ts';
import { recordedTruth } from '../support/recorded-truth.ts';
import type { Override } from '../support/rpc-proxy.ts';
import { type Network, outcomeOf, startNetwork } from './network.ts';
import { lyingWith, type OwnBlock } from './own-blocks.ts';

const height = 95;
const truth = recordedTruth('chain-e');
const { id } = truth.accounts.find((one) => truth.account(one.id, 40) !== null) ?? lacking();
const account: EntityRef = { kind: 'account', id };
const { blocks, blockAnswers } = loadRecording('chain-e');
const block = (at: number) => blocks[at] ?? lacking();
const anchorAt = (at: number) => ({ ASTAKE_ANCHOR: `${at}:${block(at).hash}` });
const fromChain = { ...defaultReadOptions, noCache: true };
const until = () => AbortSignal.timeout(20_000);
const sound: Override = () => undefined;

let running: Network | undefined;
afterEach(async () => {
  await running?.close();
  running = undefined;
});

async function startWith(nodes: readonly Override[], env: Record<string, string>): Promise<Network> {
  running = await startNetwork({ recording: 'chain-e', nodes, height, env });
  return running;
}
const barred = ({ logged }: Network) => logged.filter((line) => line.includes('node barred'));
const requireSigned = async ({ service }: Network) =>
  service.chain.requireSigned(await service.chain.tip({ signal: until() }), until());

/** The recorded block with other members in its header, its hash, and the signatures of the recorded one, which do not fit. */
function changed(at: number, change: object): OwnBlock {
  const { body } = block(at);
  const header = { ...block(at).header, ...change };
  const { proofs = [] } = (blockAnswers[at] ?? lacking()).block_with_signatures as {
    readonly proofs?: readonly object[];
  };
  return { hash: headerHash(header), header, body, proofs };
}

/** A chain of switch blocks alone on block 13, each of the era after the one before, and a newest block in the last era. */
function inventedEras(): ReadonlyMap<number, OwnBlock> {
  const own = new Map<number, OwnBlock>();
  const { era_end } = block(13).header;
  let below = block(13).hash;
  for (let at = 14; at < height; at++) {
    const made = changed(at, { era_id: at - 12, era_end, last_switch_block_hash: below });
    own.set(at, made);
    below = made.hash;
  }
  return own.set(height, changed(height, { era_id: height - 12, last_switch_block_hash: below }));
}
const lying = (own: ReadonlyMap<number, OwnBlock>, newest?: { height: number; eraId: number }) =>
  lyingWith(own, () => running?.node.url, newest);
const blockCalls = (asked: readonly string[] | undefined) => asked?.filter((method) => method === 'chain_get_block');

// Rule PROOF-4.
describe('a node that names an era which trust does not reach', () => {
  test('and makes up all eras below: it is barred, asked for few of them, and the answer comes from the others', async () => {
    const network = await startWith([lying(inventedEras(), { height, eraId: height - 12 }), sound], anchorAt(13));
    expect(await outcomeOf(lookup(account, fromChain, network.service))).toEqual({ data: truth.account(id, height) });
    expect(barred(network)).toEqual([expect.stringContaining('validators have signed another one')]);
    expect(blockCalls(network.asked[0])?.length).toBeLessThan(12);
  });

  test('is asked for few eras where no other node is there', async () => {
    const network = await startWith([lying(inventedEras(), { height, eraId: height - 12 })], anchorAt(13));
    await expect(requireSigned(network)).rejects.toMatchObject({ code: 'chain_unavailable' });
    expect(blockCalls(network.asked[0])?.length).toBeLessThan(12);
  });

  test('and leaves one out: it is barred, whatever other nodes say', async () => {
    const own = new Map([[height, changed(height, { last_switch_block_hash: block(78).hash })]]);
    const network = await startWith([lying(own)], anchorAt(65));
    await expect(requireSigned(network)).rejects.toMatchObject({ code: 'chain_unavailable' });
    expect(barred(network)).toEqual([
      expect.stringContaining('block 95 of era 8 names block 78 of era 6 as the last one of the era before'),
    ]);
  });

  test('before any other node has a block of this height: it is barred for the end of the era below, which is another one', async () => {
    const last = changed(91, { state_root_hash: 'ab'.repeat(32) });
    const newest = changed(96, { last_switch_block_hash: last.hash });
    const own = new Map([
      [91, last],
      [96, newest],
    ]);
    const network = await startWith([lying(own, { height: 96, eraId: 8 }), sound], anchorAt(78));
    expect((await network.service.chain.tip({ signal: until() })).hash).toBe(newest.hash);
    await expect(requireSigned(network)).rejects.toMatchObject({ code: 'chain_unavailable' });
    expect(barred(network)).toEqual([
      expect.stringContaining('gives block 91 of era 7, and validators have signed another one'),
    ]);
    expect(await outcomeOf(lookup(account, fromChain, network.service))).toEqual({ data: truth.account(id, height) });
  });

  test('and lacks signatures of its last block is not barred: it may be honest', async () => {
    const unsigned = { ...changed(91, {}), proofs: [] };
    const network = await startWith([lying(new Map([[91, unsigned]]))], anchorAt(78));
    await expect(requireSigned(network)).rejects.toMatchObject({ code: 'chain_unavailable' });
    expect(barred(network)).toEqual([]);
    await running?.close();
    // Another one has them.
    const both = await startWith([lying(new Map([[91, unsigned]])), sound], anchorAt(78));
    await requireSigned(both);
    expect(barred(both)).toEqual([]);
  });
});
