import { afterEach, describe, expect, test } from '@jest/globals';
import { loadRecording } from '../../infra/local/dev-chain/recording.ts';
import type { ReadingProof } from '../../lib/domain/proof.ts';
import type { Running } from '../../lib/runtime/service.ts';
import { runTick } from '../../lib/usecases/following/tick.ts';
import { observe } from '../../lib/usecases/observing/observe.ts';
import { lacking } from '../support/lacking.ts';
import { recordedTruth } from '../support/recorded-truth.ts';
import type { Override } from '../support/rpc-proxy.ts';
import { type Network, startNetwork } from './network.ts';

const truth = recordedTruth('chain-e');
const { id } = truth.accounts.find((one) => truth.account(one.id, 20) !== null) ?? lacking();
const { blocks } = loadRecording('chain-e');
const hashAt = (height: number): string => blocks[height]?.hash ?? lacking();
const anchorAt = (height: number) => `${height}:${hashAt(height)}`;
const until = () => AbortSignal.timeout(20_000);

let running: Network | undefined;
afterEach(async () => {
  await running?.close();
  running = undefined;
});

async function startWith(nodes: readonly Override[], env: Record<string, string>, height: number): Promise<Network> {
  running = await startNetwork({ recording: 'chain-e', nodes, height, env });
  return running;
}
const sound: Override = () => undefined;
const isAboutBlocks = ({ method }: { readonly method: string }) => method === 'chain_get_block';
const silent = { error: { code: -32001, message: 'No such block' } };
/** It has no block below this height, and answers all else. */
const without =
  (isLacking: (height: number) => boolean): Override =>
  async (request, forward) => {
    if (!isAboutBlocks(request)) return undefined;
    const { result } = await forward();
    const height = result?.block_with_signatures.block.Version2.header.height;
    return height !== undefined && isLacking(height) ? silent : undefined;
  };

async function proof({ chain, definitions, ...service }: Running): Promise<ReadingProof | undefined> {
  const signal = until();
  const block = await chain.tip({ signal });
  const definition = definitions.get('account') ?? lacking();
  const ref = { kind: 'account', id };
  const asked = { definition, ref, block, before: undefined, signal };
  return (await observe(asked, { chain, ...service })).observation.proof;
}
async function keep({ chain }: Running): Promise<void> {
  await chain.requireSigned(await chain.tip({ signal: until() }), until());
  await chain.keepTrust();
}
const trustOf = ({ store }: Network) => {
  const { height, anchor } = store.tables.trust ?? {};
  return { height, anchor: anchor?.height };
};
const signed = { level: 'signed' };
const noTrust = { level: 'state', reason: 'no_trust' };

// Rule PROOF-3.
describe('trust begins', () => {
  test('with the anchor, whatever nodes say', async () => {
    const network = await startWith([sound], { ASTAKE_ANCHOR: anchorAt(13) }, 20);
    expect(await proof(network.service)).toMatchObject(signed);
    await keep(network.service);
    expect(trustOf(network)).toEqual({ height: 13, anchor: 13 });
  });

  test.each([
    ['that is another block', `13:${'ab'.repeat(32)}`],
    ['at another height', `12:${hashAt(13)}`],
    ['that is no switch block', anchorAt(12)],
  ])('never with an anchor %s: nothing is answered', async (_, ASTAKE_ANCHOR) => {
    const network = await startWith([sound], { ASTAKE_ANCHOR }, 20);
    await expect(proof(network.service)).rejects.toMatchObject({ code: 'chain_unavailable' });
    await expect(keep(network.service)).rejects.toMatchObject({ code: 'chain_unavailable' });
    expect(network.store.tables.trust).toBeUndefined();
  });

  const mute: Override = (request) => (isAboutBlocks(request) ? silent : undefined);

  test.each([
    ['one node alone: its word', [sound], true],
    ['two of three', [sound, sound, mute], true],
    ['one of three, though the others only are silent', [sound, mute, mute], false],
    ['one of two', [sound, mute], false],
  ])('without an anchor with what most of the configured nodes have: %s', async (_, nodes, begins) => {
    const network = await startWith(nodes, {}, 20);
    expect(await proof(network.service)).toMatchObject(begins ? signed : noTrust);
    await keep(network.service);
    expect(trustOf(network)).toEqual(begins ? { height: 13, anchor: 13 } : { height: undefined, anchor: undefined });
  });

  test('later, where nodes did not agree at first', async () => {
    let isSilent = true;
    const network = await startWith(
      [sound, (request) => (isSilent && isAboutBlocks(request) ? silent : undefined)],
      {},
      20,
    );
    expect(await proof(network.service)).toMatchObject(noTrust);
    isSilent = false;
    network.pass(60_000);
    expect(await proof(network.service)).toMatchObject(signed);
  });

  test('not with what nodes say while the store cannot be read: there may be trust already', async () => {
    const network = await startWith([sound], {}, 20);
    const { trust } = network.service.progress;
    expect(trust).toBeDefined();
    running = undefined;
    await network.close();
    const { StoreUnavailable } = await import('../../lib/domain/errors.ts');
    running = await startNetwork({
      recording: 'chain-e',
      height: 20,
      onCall: (name) => {
        if (name === 'progress.trust') throw new StoreUnavailable('made to fail');
      },
    });
    expect(await proof(running.service)).toMatchObject(noTrust);
  });
});

describe('trust goes on', () => {
  test('with sync, as eras end, and is stored', async () => {
    const network = await startWith([sound], { ASTAKE_ANCHOR: anchorAt(13) }, 20);
    await runTick(network.service);
    expect(trustOf(network)).toEqual({ height: 13, anchor: 13 });
    network.node.setHeight(60);
    network.pass(60_000);
    await runTick(network.service);
    expect(trustOf(network)).toEqual({ height: 52, anchor: 13 });
  });

  test('from what another process has stored meanwhile, where that is higher', async () => {
    const network = await startWith([sound], { ASTAKE_ANCHOR: anchorAt(13) }, 20);
    await network.service.chain.requireSigned(await network.service.chain.tip({ signal: until() }), until());
    network.node.setHeight(60);
    network.pass(60_000);
    await keep(network.another());
    await network.service.chain.keepTrust();
    expect(trustOf(network)).toEqual({ height: 52, anchor: 13 });
    network.node.setHeight(51);
    network.pass(60_000);
    await expect(network.service.chain.tip({ signal: until() })).rejects.toMatchObject({ code: 'chain_unavailable' });
  });

  test('in a reader as far as it needs, and is not stored by it; eras are skipped', async () => {
    const network = await startWith([sound], { ASTAKE_ANCHOR: anchorAt(13) }, 20);
    await keep(network.service);
    network.node.setHeight(95);
    const reader = network.another();
    expect(await proof(reader)).toMatchObject(signed);
    expect(trustOf(network)).toEqual({ height: 13, anchor: 13 });
    const calls = network.asked[0]?.filter((method) => method === 'chain_get_block').length;
    await proof(network.another());
    // Its block, and the switch block at 91: none between.
    expect(network.asked[0]?.filter((method) => method === 'chain_get_block')).toHaveLength((calls ?? 0) + 2);
  });

  test('the store is read once for an era and process', async () => {
    const reads: string[] = [];
    running = await startNetwork({
      recording: 'chain-e',
      height: 20,
      onCall: (name) => void (name === 'progress.trust' && reads.push(name)),
    });
    const { service, node } = running;
    await Promise.all([proof(service), proof(service)]);
    node.setHeight(21);
    await proof(service);
    expect(reads).toHaveLength(1);
    node.setHeight(30);
    await Promise.all([proof(service), proof(service)]);
    node.setHeight(31);
    await proof(service);
    expect(reads).toHaveLength(2);
  });

  test('from what is stored, though most nodes would say something else today', async () => {
    const network = await startWith([sound, sound, sound], {}, 20);
    await keep(network.service);
    network.node.setHeight(60);
    network.node.fault('forged', { fromHeight: 50 });
    await expect(proof(network.another())).rejects.toMatchObject({ code: 'chain_unavailable' });
    await expect(keep(network.another())).rejects.toMatchObject({ code: 'chain_unavailable' });
    expect(trustOf(network)).toEqual({ height: 13, anchor: 13 });
  });

  test('anew from another anchor that is configured, and only then', async () => {
    const network = await startWith([sound], { ASTAKE_ANCHOR: anchorAt(13) }, 60);
    await keep(network.service);
    expect(trustOf(network)).toEqual({ height: 52, anchor: 13 });
    const { config, clock } = network.service;
    const { createService } = await import('../../lib/runtime/service.ts');
    const as = (anchor: typeof config.anchor) => createService({ ...config, anchor }, { clock, store: network.store });
    await keep(as(null));
    expect(trustOf(network)).toEqual({ height: 52, anchor: 13 });
    await keep(as({ height: 39, hash: hashAt(39) }));
    expect(trustOf(network)).toEqual({ height: 52, anchor: 39 });
  });

  test.each([
    ['keep the switch block back', without((height) => height === 52)],
    ['keep all switch blocks back', without((height) => blocks[height]?.header.era_end !== null)],
    [
      'give no block at all by its hash',
      (request) => ('Hash' in (request.params?.block_identifier ?? {}) ? silent : undefined),
    ],
  ] satisfies [string, Override][])('never where nodes %s: nothing is answered as unknown', async (_, lie) => {
    const honest = await startWith([sound], {}, 45);
    await keep(honest.service);
    const trust = honest.store.tables.trust;
    await honest.close();
    const network = await startWith([lie, lie], {}, 60);
    network.store.tables.trust = trust;
    await expect(proof(network.service)).rejects.toMatchObject({ code: 'chain_unavailable' });
  });
});
