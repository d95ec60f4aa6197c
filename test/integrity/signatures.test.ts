import { afterEach, describe, expect, test } from '@jest/globals';
import { type DevChain, startDevChain } from '../../infra/local/dev-chain/dev-chain.ts';
import { loadRecording } from '../../infra/local/dev-chain/recording.ts';
import { type EntityRef, refKey } from '../../lib/domain/entity.ts';
import { defaultReadOptions } from '../../lib/domain/freshness.ts';
import type { ReadingProof } from '../../lib/domain/proof.ts';
import type { Running } from '../../lib/runtime/service.ts';
import { runTick } from '../../lib/usecases/following/tick.ts';
import { observe } from '../../lib/usecases/observing/observe.ts';
import { lookup } from '../../lib/usecases/reading/lookup.ts';
import { lacking } from '../support/lacking.ts';
import { recordedTruth } from '../support/recorded-truth.ts';
import { answerOf, type Override } from '../support/rpc-proxy.ts';
import { type Network, outcomeOf, reportingHash, startNetwork } from './network.ts';

/** In era 5, which block 52 begins. */
const height = 60;
const truth = recordedTruth('chain-e');
const token = truth.tokens.find((each) => truth.asset(each, 40)?.burnt === false) ?? lacking();
const asset: EntityRef = { kind: 'asset', id: `${token.packageHash}:${token.tokenId}` };
const { id } = truth.accounts.find((one) => truth.account(one.id, 40) !== null) ?? lacking();
const account: EntityRef = { kind: 'account', id };
const { blocks, blockAnswers } = loadRecording('chain-e');
const anchorAt = (at: number) => `${at}:${blocks[at]?.hash}`;
const unavailable = { failed: 'chain_unavailable' };
const fromChain = { ...defaultReadOptions, noCache: true };
const until = () => AbortSignal.timeout(20_000);

let running: Network | undefined;
let lying: DevChain | undefined;
afterEach(async () => {
  await Promise.all([running?.close(), lying?.close()]);
  [running, lying] = [undefined, undefined];
});

const startWith = async (
  nodes: readonly Override[],
  env: Record<string, string> = {},
  at = height,
): Promise<Network> => {
  running = await startNetwork({ recording: 'chain-e', nodes, height: at, env });
  return running;
};
const sound: Override = () => undefined;

/** As sync does. */
async function keepTrust({ chain }: Running): Promise<void> {
  await chain.requireSigned(await chain.tip({ signal: until() }), until());
  await chain.keepTrust();
}
const three = [sound, sound, sound];

async function proofAt(service: Running, at?: number): Promise<ReadingProof | undefined> {
  const signal = until();
  const block = at === undefined ? await service.chain.tip({ signal }) : await service.chain.blockAt(at, signal);
  const definition = service.definitions.get('asset') ?? lacking();
  const { observation } = await observe({ definition, ref: asset, block, before: undefined, signal }, service);
  return observation.proof;
}

const signed = { level: 'signed', reason: null };
/** Answers of `chain_get_block` with these signatures of a block alone; others are the node's own. */
const signedBy =
  (choose: (proofs: readonly object[], at: number) => readonly object[]): Override =>
  async ({ method }, forward) => {
    if (method !== 'chain_get_block') return undefined;
    const { result } = await forward();
    const signatures = result?.block_with_signatures;
    if (signatures === undefined) return undefined;
    const { height: at } = signatures.block.Version2.header;
    return { result: { ...result, block_with_signatures: { ...signatures, proofs: choose(signatures.proofs, at) } } };
  };
const blockCalls = (asked: readonly string[] | undefined) => asked?.filter((method) => method === 'chain_get_block');

// Rule PROOF-4.
describe('a reading', () => {
  test('is signed by more than two thirds of the weight of its era, as far as signatures were verified', async () => {
    const { service } = await startWith([sound]);
    expect(await proofAt(service)).toMatchObject({ ...signed, weight: 0.6671 });
  });

  test('costs one call for a block and process, shared by all readings, and none where the block was fetched anyway', async () => {
    const { service, asked, store, another } = await startWith([sound]);
    await keepTrust(service);
    expect(store.tables.trust?.height).toBe(52);
    asked[0]?.splice(0);
    const other = another();
    await Promise.all([proofAt(other), proofAt(other), proofAt(other)]);
    await proofAt(other);
    expect(blockCalls(asked[0])).toHaveLength(1);
    // Sync has the block.
    const third = another();
    const tip = await third.chain.tip({ signal: until() });
    asked[0]?.splice(0);
    await third.chain.executed(tip.height, { tip, signal: until() });
    await third.chain.requireSigned(tip, until());
    expect(blockCalls(asked[0])).toHaveLength(1);
  });

  test('costs no call where nothing is proved', async () => {
    const { service, asked, store } = await startWith([sound], { ASTAKE_PROVE_PERCENT: '0' });
    expect(await proofAt(service)).toMatchObject({ level: 'none', reason: 'not_asked' });
    await keepTrust(service);
    expect(blockCalls(asked[0])).toEqual([]);
    expect(store.tables.trust).toBeUndefined();
  });
});

describe('the signatures of a block', () => {
  const signaturesOf = (at: number): readonly object[] =>
    (blockAnswers[at] as { readonly block_with_signatures: { readonly proofs?: readonly object[] } })
      .block_with_signatures.proofs ?? lacking();
  const less = { failed: 'chain_unavailable' };
  const onlyAt = (from: number, choose: (proofs: readonly object[]) => readonly object[]) =>
    signedBy((proofs, at) => (at >= from ? choose(proofs) : proofs));

  test.each([
    ['of too little weight', onlyAt(53, ([first]) => [first as object])],
    ['none at all', onlyAt(53, () => [])],
    ['of one validator twice', onlyAt(53, ([first]) => [first as object, first as object, first as object])],
    ['of another block', onlyAt(53, () => signaturesOf(30))],
  ])('%s do not suffice, and the value is not answered', async (_, lie) => {
    const { service, store } = await startWith([lie, lie], { ASTAKE_ANCHOR: anchorAt(52) });
    expect(await outcomeOf(lookup(asset, fromChain, service))).toEqual(less);
    expect(store.tables.records.get(refKey(asset))).toBeUndefined();
  });

  test('of several nodes count together', async () => {
    const one = signedBy(([first]) => [first as object]);
    const other = signedBy(([, second]) => [second as object]);
    const { service } = await startWith([one, other], { ASTAKE_ANCHOR: anchorAt(52) });
    expect(await proofAt(service)).toMatchObject(signed);
  });

  test('that a newest block lacks: the one below it is read', async () => {
    const { service } = await startWith([onlyAt(height, () => [])], { ASTAKE_ANCHOR: anchorAt(52) });
    const { block, data } = await lookup(asset, fromChain, service);
    expect({ height: block?.height, data }).toEqual({ height: height - 1, data: truth.asset(token, height - 1) });
  });

  test('are only labelled as lacking where that is configured', async () => {
    const { service, asked, stopClock } = await startWith([onlyAt(53, () => [])], {
      ASTAKE_ANCHOR: anchorAt(52),
      ASTAKE_UNSIGNED: 'label',
    });
    stopClock();
    expect(await proofAt(service)).toMatchObject({ level: 'state', reason: 'unsigned', weight: null });
    // Once for the block: no call for a further reading at it.
    const signal = until();
    const block = { ...truth.block(height), eraId: 5, proposer: '00' };
    const calls = blockCalls(asked[0])?.length;
    const state = service.chain.at({ block, bases: service.bases, signal });
    await state.contractPackage(token.packageHash);
    expect(await state.proof()).toMatchObject({ reason: 'unsigned' });
    expect(blockCalls(asked[0])).toHaveLength(calls ?? 0);
    expect(await outcomeOf(lookup(asset, fromChain, service))).toEqual({ data: truth.asset(token, height) });
    expect((await service.chain.tip({ signal: until() })).height).toBe(height);
  });
});

// Rule PROOF-4.
describe('where values are answered nevertheless, and it is not known whether their block is signed', () => {
  const labelled = { ASTAKE_ANCHOR: anchorAt(52), ASTAKE_UNSIGNED: 'label' };
  const notInTime = { level: 'state', reason: 'not_in_time', weight: null };
  const noSuchBlock = { error: { code: -32001, message: 'No such block' } };

  test.each([
    ['no block', () => true],
    ['not the block that is read', (hash: string) => hash === blocks[height]?.hash],
    ['not the switch block that names who signs it', (hash: string) => hash === blocks[52]?.hash],
  ])('the answer does not say that it is unsigned: nodes give %s', async (_, isHeldBack) => {
    const silent: Override = ({ method, params }) =>
      method === 'chain_get_block' && isHeldBack(params.block_identifier.Hash) ? noSuchBlock : undefined;
    const { service } = await startWith([silent, silent], labelled);
    expect(await proofAt(service)).toMatchObject(notInTime);
  });

  test('nor where the time is up', async () => {
    const time = new AbortController();
    const slow: Override = ({ method }) => {
      if (method !== 'chain_get_block') return undefined;
      time.abort();
      return new Promise(() => undefined);
    };
    const { service } = await startWith([slow], labelled);
    const block = await service.chain.tip({ signal: until() });
    const state = service.chain.at({ block, bases: service.bases, signal: time.signal });
    await state.contractPackage(token.packageHash);
    expect(await state.proof()).toMatchObject(notInTime);
  });
});

describe('all nodes lie in the same way, with true proofs and true hashes', () => {
  // Within the era that is trusted, before its switch block, and from the first block on; and as if of an era that has ended.
  describe.each([
    { fromHeight: 55 },
    { fromHeight: 50 },
    { fromHeight: 1 },
    { fromHeight: 50, eraId: 3 },
    { fromHeight: 50, eraId: 0 },
  ])('$fromHeight, $eraId: from that block on, of that era', (lie) => {
    const { fromHeight } = lie;

    test.each([
      ['an owner', asset, truth.asset(token, 45)],
      ['a balance', account, truth.account(id, 45)],
    ])('no reader gets %s from them', async (_, ref, data) => {
      const { service, node, store, pass } = await startWith(three, {}, 45);
      expect(await outcomeOf(lookup(ref, fromChain, service))).toEqual({ data });
      await keepTrust(service);
      node.setHeight(height);
      node.fault('forged', lie);
      pass(60_000);
      const kept = structuredClone(store.tables.records.get(refKey(ref)));
      const answer = await lookup(ref, { ...defaultReadOptions, maxAge: 0 }, service);
      expect({ data: answer.data, source: answer.source, stale: answer.stale }).toEqual({
        data,
        source: 'database',
        stale: true,
      });
      store.tables.records.delete(refKey(ref));
      store.tables.cache.clear();
      expect(await outcomeOf(lookup(ref, fromChain, running?.another() ?? lacking()))).toEqual(unavailable);
      expect(store.tables.records.get(refKey(ref))).toBeUndefined();
      expect(kept?.value).not.toBeNull();
    });

    test('sync takes nothing from them, and goes on when they are honest again', async () => {
      const { service, node, store, pass } = await startWith(three, {}, 45);
      await lookup(asset, fromChain, service);
      expect((await runTick(service)).stoppedBy).toBe('done');
      node.setHeight(height);
      node.fault('forged', lie);
      const before = structuredClone([...store.tables.records]);
      const tick = await runTick(service);
      // Where the last followed block is another one, all nodes seem to be reset: that is for a person to judge.
      expect({ stoppedBy: tick.stoppedBy, to: tick.to }).toEqual({
        stoppedBy: fromHeight > 45 ? 'chain' : 'reset',
        to: null,
      });
      expect(store.tables.progress.cursor?.height).toBe(45);
      expect([...store.tables.records]).toEqual(before);
      expect(store.tables.conflicts.size).toBe(0);
      node.fault(undefined);
      pass(60_000);
      expect((await runTick(service)).stoppedBy).toBe('done');
      expect(store.tables.progress.cursor?.hash).toBe(blocks[height]?.hash);
    });
  });

  test('sync follows none of their blocks, though nothing that is stored was written in them', async () => {
    const { service, node, store } = await startWith(three, { ASTAKE_COLLECTIONS: '{}' }, 54);
    await runTick(service);
    node.setHeight(56);
    node.fault('forged', { fromHeight: 55 });
    expect(await runTick(service)).toMatchObject({ stoppedBy: 'done', to: null });
    expect(store.tables.records.size).toBe(1);
    expect(store.tables.progress.cursor?.height).toBe(54);
  });

  test('one that lies is barred where another one shows the block that validators have signed', async () => {
    lying = await startDevChain({ recording: 'chain-e', height });
    lying.fault('forged', { fromHeight: 55 });
    const { url } = lying;
    const through: Override = (request) => answerOf(url, request);
    const { service, logged } = await startWith([through, sound], { ASTAKE_ANCHOR: anchorAt(52) });
    expect(await outcomeOf(lookup(asset, fromChain, service))).toEqual({ data: truth.asset(token, height) });
    expect(logged.filter((line) => line.includes('validators have signed another one'))).toHaveLength(1);
  });

  test('a node that reports an older block as the newest one is barred, and no answer is of the block that it names', async () => {
    const older = blocks[55] ?? lacking();
    const reporting = reportingHash(older.hash);
    const { service, logged } = await startWith([reporting, sound], { ASTAKE_ANCHOR: anchorAt(52) });
    expect(await outcomeOf(lookup(asset, fromChain, service))).toEqual({ data: truth.asset(token, height) });
    expect(logged.filter((line) => line.includes('its hash'))).toHaveLength(1);
    await running?.close();
    const { service: alone } = await startWith([reporting, reporting], { ASTAKE_ANCHOR: anchorAt(52) });
    expect(await outcomeOf(lookup(asset, fromChain, alone))).toEqual(unavailable);
  });

  test('a node that gives another header under the hash is barred: an old one, replayed, or a changed one', async () => {
    for (const lie of ['old', 'changed'] as const) {
      const replaying: Override = async ({ method, params }, forward) => {
        const { Hash } = params?.block_identifier ?? {};
        if (method !== 'chain_get_block' || Hash !== blocks[height]?.hash) return undefined;
        if (lie === 'old') return { result: blockAnswers[30] };
        const { result } = await forward();
        result.block_with_signatures.block.Version2.header.era_id = 4;
        return { result };
      };
      const { service, logged } = await startWith([replaying, sound], { ASTAKE_ANCHOR: anchorAt(52) });
      expect(await proofAt(service)).toMatchObject(signed);
      expect(logged.filter((line) => line.includes('node barred'))).toHaveLength(1);
      expect(service.chain.report().map(({ code }) => code)).toContain('barred');
      await running?.close();
      running = undefined;
    }
  });
});

// Rule PROOF-4: no block is of 1.x above the one that trust began with.
describe('a node that reports the newest block, and gives blocks by their hash in the form of 1.x', () => {
  /**
   * Besides them everything is true, also what it says at first of a block that it has reported: so it is asked whether it has that block.
   * `claims`: the height that is in that form.
   */
  const older = (from: number, claims: (at: number) => number, to = height): Override => {
    const unasked = new Set<string>();
    const reported = new Set<string>();
    return async ({ method, params }, forward) => {
      const { result } = await forward();
      if (method === 'info_get_status') {
        const { hash } = result.last_added_block_info;
        if (!reported.has(hash)) unasked.add(hash);
        reported.add(hash);
      }
      const whole = result?.block_with_signatures;
      const name = params?.block_identifier?.Hash;
      if (method !== 'chain_get_block' || name === undefined || whole === undefined || unasked.delete(name))
        return undefined;
      const { hash, header, body } = whole.block.Version2;
      if (header.height < from || header.height > to) return undefined;
      const Version1 = {
        hash,
        header: { ...header, height: claims(header.height) },
        body: { ...body, proposer: header.proposer },
      };
      return { result: { ...result, block_with_signatures: { ...whole, block: { Version1 } } } };
    };
  };
  const forms = [
    ['as the blocks that they are', (at: number) => at],
    ['as blocks of long ago', () => 3],
  ] as const;
  const barred = ({ logged }: Network) => logged.filter((line) => line.includes('node barred'));

  test.each(forms)('is barred, and the block is signed: %s', async (_, claims) => {
    const network = await startWith([older(53, claims), sound, sound], { ASTAKE_ANCHOR: anchorAt(52) });
    expect(await proofAt(network.service)).toMatchObject(signed);
    expect(await outcomeOf(lookup(asset, fromChain, network.service))).toEqual({ data: truth.asset(token, height) });
    expect(barred(network)).toHaveLength(1);
    expect(barred(network)[0]).toContain('older protocol version');
  });

  test.each(forms)('holds up no new era, and no sync: %s', async (_, claims) => {
    const network = await startWith([older(46, claims, 94), sound, sound], { ASTAKE_ANCHOR: anchorAt(39) }, 45);
    const { service, node, store, pass } = network;
    expect(await runTick(service)).toMatchObject({ to: 45 });
    node.setHeight(95);
    pass(60_000);
    // A reader asks for the switch blocks by their hash. Sync has them.
    const reader = network.another();
    expect(await proofAt(reader)).toMatchObject(signed);
    expect(reader.chain.report().filter(({ code }) => code === 'barred')).toHaveLength(1);
    expect(await runTick(service)).toMatchObject({ stoppedBy: 'done', to: 95 });
    expect(store.tables.trust?.height).toBe(91);
    expect(barred(network)[0]).toContain('older protocol version');
  });

  test.each(forms)('keeps trust from no beginning: %s', async (_, claims) => {
    const network = await startWith([older(0, claims), sound, sound]);
    expect(await proofAt(network.service)).toMatchObject(signed);
    expect(barred(network)[0]).toContain('older protocol version');
  });

  test('is not to blame where it may be who reported the block that lies: of all nodes the block has a lower height', async () => {
    const network = await startWith([older(60, () => 3), older(60, () => 3)], { ASTAKE_ANCHOR: anchorAt(52) });
    await outcomeOf(lookup(asset, fromChain, network.service));
    expect(barred(network)).toEqual([]);
  });
});
