import { afterEach, describe, expect, test } from '@jest/globals';
import { loadRecording } from '../../infra/local/dev-chain/recording.ts';
import { type EntityRef, refKey } from '../../lib/domain/entity.ts';
import { BlockNotServed } from '../../lib/domain/errors.ts';
import { defaultReadOptions } from '../../lib/domain/freshness.ts';
import type { ReadingProof } from '../../lib/domain/proof.ts';
import type { StoredTrust } from '../../lib/domain/trust.ts';
import type { Running } from '../../lib/runtime/service.ts';
import { runTick } from '../../lib/usecases/following/tick.ts';
import { readHealth } from '../../lib/usecases/health/health.ts';
import { observe } from '../../lib/usecases/observing/observe.ts';
import { lookup } from '../../lib/usecases/reading/lookup.ts';
import { lacking } from '../support/lacking.ts';
import { recordedTruth } from '../support/recorded-truth.ts';
import type { Override } from '../support/rpc-proxy.ts';
import { reconcile } from '../usecases/reconciliation/run.ts';
import { type Network, outcomeOf, startNetwork } from './network.ts';

const truth = recordedTruth('chain-e');
const { id } = truth.accounts.find((one) => truth.account(one.id, 20) !== null) ?? lacking();
const account: EntityRef = { kind: 'account', id };
const { blocks } = loadRecording('chain-e');
const anchorAt = (height: number) => `${height}:${blocks[height]?.hash}`;
const unavailable = { failed: 'chain_unavailable' };
const fromChain = { ...defaultReadOptions, noCache: true };
const until = () => AbortSignal.timeout(20_000);
const sound: Override = () => undefined;

let running: Network;
afterEach(() => running.close());

const startAt = async (
  height: number,
  env: Record<string, string> = {},
  nodes: readonly Override[] = [sound, sound, sound],
): Promise<Network> => {
  running = await startNetwork({ recording: 'chain-e', nodes, height, env });
  return running;
};

/** Block 52, the last one of era 4, is trusted and stored; then the newest block is another one. */
async function trustedAt52(height: number, env: Record<string, string> = {}): Promise<Network> {
  const network = await startAt(60, env);
  const { service, node, pass } = network;
  await service.chain.requireSigned(await service.chain.tip({ signal: until() }), until());
  await service.chain.keepTrust();
  expect(network.store.tables.trust?.height).toBe(52);
  node.setHeight(height);
  pass(60_000);
  return network;
}

async function proofAt(service: Running, at?: number): Promise<ReadingProof | undefined> {
  const signal = until();
  const block = at === undefined ? await service.chain.tip({ signal }) : await service.chain.blockAt(at, signal);
  const definition = service.definitions.get('account') ?? lacking();
  const { observation } = await observe({ definition, ref: account, block, before: undefined, signal }, service);
  return observation.proof;
}

const chainOf = async (service: Running) => (await readHealth(service)).components.chain.reasons;

// Rule PROOF-4: what is trusted is on the chain, so that no block below it is the newest one.
describe('all nodes report a block that is no newer than the trusted one, as if of an era whose validators are not known', () => {
  describe.each([51, 52])('block %i', (height) => {
    const lie = async (env: Record<string, string> = {}): Promise<Network> => {
      const network = await trustedAt52(height, env);
      network.node.fault('forged', { fromHeight: 1, eraId: 0 });
      return network;
    };

    test('a process that has read no trust yet answers nothing of it', async () => {
      const { store, another } = await lie();
      expect(await outcomeOf(lookup(account, fromChain, another()))).toEqual(unavailable);
      expect(store.tables.records.get(refKey(account))).toBeUndefined();
    });

    test('nor does one that knows what is trusted', async () => {
      const { service } = await lie();
      expect(await outcomeOf(lookup(account, fromChain, service))).toEqual(unavailable);
    });

    test('with an anchor nothing is answered either, whatever is stored', async () => {
      await startAt(height, { ASTAKE_ANCHOR: anchorAt(52) });
      running.node.fault('forged', { fromHeight: 1, eraId: 0 });
      expect(await outcomeOf(lookup(account, fromChain, running.service))).toEqual(unavailable);
      expect(running.store.tables.records.get(refKey(account))).toBeUndefined();
    });

    test('sync begins at none of them, and reconciliation holds no record against them', async () => {
      const { store, another, node } = await lie();
      expect(await runTick(another())).toMatchObject({ stoppedBy: 'chain', to: null });
      expect(store.tables.progress.cursor).toBeNull();
      node.fault(undefined);
      node.setHeight(60);
      await lookup(account, fromChain, another());
      node.setHeight(height);
      node.fault('forged', { fromHeight: 1, eraId: 0 });
      const before = structuredClone([...store.tables.records]);
      running.pass(60_000);
      const { run } = await reconcile(another());
      expect(run).toMatchObject({ status: 'finished', block: null });
      expect([...store.tables.records]).toEqual(before);
    });

    test('health says that the newest block is not signed', async () => {
      const { another } = await lie();
      expect(await chainOf(another())).toMatchObject([{ code: 'not_signed' }]);
    });

    test('where that is answered nevertheless, the answer says that it is not signed', async () => {
      const { another } = await lie({ ASTAKE_UNSIGNED: 'label' });
      const proof = { level: 'state', reason: 'unsigned', weight: null };
      expect(await proofAt(another())).toMatchObject(proof);
      const { data } = await lookup(account, fromChain, another());
      expect(data).not.toEqual(truth.account(id, height));
    });
  });

  test('none of them is the newest one where it is known what is trusted, though validators may have signed it', async () => {
    const { service, node } = await trustedAt52(51);
    const tip = () => service.chain.tip({ signal: until() });
    await expect(tip()).rejects.toMatchObject({ code: 'chain_unavailable' });
    node.setHeight(52);
    expect(await tip()).toMatchObject({ hash: blocks[52]?.hash });
    node.fault('forged', { fromHeight: 52 });
    await expect(tip()).rejects.toMatchObject({ code: 'chain_unavailable' });
  });

  test('sync begins with none of the blocks below it', async () => {
    const { store, another, node } = await startAt(5);
    await runTick(another());
    expect(store.tables.progress.cursor?.height).toBe(5);
    store.tables.trust = await trustFrom(undefined, 95);
    node.setHeight(60);
    node.fault('forged', { fromHeight: 6, eraId: 0 });
    running.pass(60_000);
    expect(await runTick(another())).toMatchObject({ stoppedBy: 'chain', to: null });
    expect(store.tables.progress.cursor?.height).toBe(5);
  });

  test.each([
    ['refuse', undefined],
    ['label', { level: 'none', reason: 'older_block' }],
  ])('a header in the form of 1.x is no way out: %s', async (ASTAKE_UNSIGNED, labelled) => {
    const older: Override = async ({ method }, forward) => {
      if (method === 'info_get_status') return undefined;
      const { result, error } = await forward();
      if (result?.block_header) result.block_header = { Version1: {} };
      const block = result?.block_with_signatures?.block;
      if (block?.Version2) {
        const { hash, header, body } = block.Version2;
        result.block_with_signatures.block = {
          Version1: { hash, header, body: { ...body, proposer: header.proposer } },
        };
      }
      return result === undefined ? { error } : { result };
    };
    const trust = await trustFrom(13, 60);
    const { service, store } = await startAt(12, { ASTAKE_UNSIGNED }, [older, older, older]);
    store.tables.trust = trust;
    if (labelled !== undefined) return expect(await proofAt(service)).toMatchObject(labelled);
    expect(await outcomeOf(lookup(account, fromChain, service))).toEqual(unavailable);
    expect(store.tables.records.get(refKey(account))).toBeUndefined();
  });
});

/** What is stored where trust has begun below the one block, with or without an anchor there, and has come to the other one. */
async function trustFrom(anchor: number | undefined, height: number): Promise<StoredTrust | undefined> {
  const env = anchor === undefined ? {} : { ASTAKE_ANCHOR: anchorAt(anchor) };
  const { service, store, close } = await startNetwork({ recording: 'chain-e', nodes: [sound], height, env });
  await service.chain.requireSigned(await service.chain.tip({ signal: until() }), until());
  await service.chain.keepTrust();
  await close();
  return store.tables.trust;
}

// Rule PROOF-3: each switch block names the one below it.
describe('what is read at blocks below the trusted one', () => {
  const signed = { level: 'signed', reason: null };
  const unknown = { level: 'state', reason: 'era_unknown', weight: null };

  test('is signed, too, some eras down', async () => {
    const { service, asked } = await startAt(95, { ASTAKE_ANCHOR: anchorAt(91) });
    expect(await proofAt(service, 45)).toMatchObject(signed);
    const calls = () => asked.flat().filter((method) => method === 'chain_get_block').length;
    expect(await proofAt(service, 5)).toMatchObject(signed);
    // The eras between are known by now.
    const before = calls();
    expect(await proofAt(service, 80)).toMatchObject(signed);
    expect(await proofAt(service, 30)).toMatchObject(signed);
    expect(calls() - before).toBeLessThanOrEqual(8);
  });

  test('is in the state of its block, and no more, where no switch block names who signs it', async () => {
    const { service } = await startAt(95, { ASTAKE_ANCHOR: anchorAt(91) });
    expect(await proofAt(service, 0)).toMatchObject(unknown);
    // Sync takes nothing of such a block.
    const signal = until();
    const block = await service.chain.blockAt(0, signal);
    await expect(service.chain.requireSigned(block, signal)).rejects.toThrow(/set an older anchor/);
  });

  test.each([undefined, 0, 2, 4])('is that of no forged block, whose era is its own or %s', async (eraId) => {
    const { service, node } = await startAt(95, { ASTAKE_ANCHOR: anchorAt(91) });
    expect(await proofAt(service, 30)).toMatchObject(signed);
    node.fault('forged', { fromHeight: 31, ...(eraId !== undefined && { eraId }) });
    const signal = until();
    const block = await service.chain.blockAt(45, signal);
    await expect(service.chain.requireSigned(block, signal)).rejects.toBeInstanceOf(BlockNotServed);
  });

  test('is in the state of its block where it is the trusted one itself, and sync begins at it', async () => {
    const { service } = await startAt(0, { ASTAKE_ANCHOR: anchorAt(0) });
    expect(await proofAt(service)).toMatchObject(unknown);
    expect(await runTick(service)).toMatchObject({ stoppedBy: 'done' });
  });

  test('goes on where sync is far behind a newer anchor', async () => {
    const { node, store, another } = await startAt(5);
    await runTick(another());
    node.setHeight(95);
    running.pass(60_000);
    const { createService } = await import('../../lib/runtime/service.ts');
    const { config, clock } = running.service;
    const anchor = { height: 91, hash: blocks[91]?.hash ?? lacking() };
    const later = createService({ ...config, anchor }, { clock, store });
    expect(await runTick(later)).toMatchObject({ stoppedBy: 'done', to: 95 });
    expect(store.tables.trust).toMatchObject({ height: 91, anchor: { height: 91 } });
  });

  test('is refused where nodes keep the switch blocks between back, and is signed when they give them', async () => {
    let isHeldBack = true;
    const without: Override = async ({ method }, forward) => {
      if (method !== 'chain_get_block') return undefined;
      const { result } = await forward();
      const height = result?.block_with_signatures.block.Version2.header.height;
      return isHeldBack && [78, 65].includes(height)
        ? { error: { code: -32001, message: 'No such block' } }
        : undefined;
    };
    const { service } = await startAt(95, { ASTAKE_ANCHOR: anchorAt(91) }, [without, without]);
    await expect(proofAt(service, 45)).rejects.toMatchObject({ code: 'chain_unavailable' });
    expect(await proofAt(service)).toMatchObject(signed);
    isHeldBack = false;
    expect(await proofAt(service, 45)).toMatchObject(signed);
  });
});
