import { afterEach, describe, expect, test } from '@jest/globals';
import { loadRecording } from '../../infra/local/dev-chain/recording.ts';
import { type EntityRef, refKey } from '../../lib/domain/entity.ts';
import { ChainUnavailable } from '../../lib/domain/errors.ts';
import { defaultReadOptions } from '../../lib/domain/freshness.ts';
import type { RecordingState } from '../../lib/domain/pinned-state.ts';
import type { Running } from '../../lib/runtime/service.ts';
import { type KeepingTokens, ownListOf } from '../../lib/usecases/collecting/token-source.ts';
import { readHealth } from '../../lib/usecases/health/health.ts';
import { mostNodesSay } from '../../lib/usecases/observing/most-nodes.ts';
import { lookup } from '../../lib/usecases/reading/lookup.ts';
import { wholenessOf } from '../../lib/usecases/status/wholeness.ts';
import { lacking } from '../support/lacking.ts';
import { recordedTruth } from '../support/recorded-truth.ts';
import type { Override } from '../support/rpc-proxy.ts';
import { reconcile } from '../usecases/reconciliation/run.ts';
import { type Network, startNetwork } from './network.ts';

const truth = recordedTruth('chain-e');
const token = truth.tokens.find((each) => truth.asset(each, 40)?.burnt === false) ?? lacking();
const asset: EntityRef = { kind: 'asset', id: `${token.packageHash}:${token.tokenId}` };
const { id } = truth.accounts.find((one) => truth.account(one.id, 40) !== null) ?? lacking();
const account: EntityRef = { kind: 'account', id };
const { blocks } = loadRecording('chain-e');
const until = () => AbortSignal.timeout(20_000);
const sound: Override = () => undefined;

/** As sync does. */
async function keepTrust({ chain }: Running): Promise<void> {
  await chain.requireSigned(await chain.tip({ signal: until() }), until());
  await chain.keepTrust();
}

let running: Network;
afterEach(() => running.close());

/** Three nodes that were honest through block 45, with what was read then; from now on they all lie from a block on. */
async function forgedFrom(fromHeight: number, env: Record<string, string> = {}): Promise<Network> {
  running = await startNetwork({ recording: 'chain-e', nodes: [sound, sound, sound], height: 45, env });
  const { service, node, pass } = running;
  for (const ref of [asset, account]) await lookup(ref, { ...defaultReadOptions, noCache: true }, service);
  await keepTrust(service);
  node.setHeight(60);
  node.fault('forged', { fromHeight });
  pass(60_000);
  return running;
}

// Rule PROOF-4: all nodes lie in the same way.
describe('reconciliation', () => {
  test('does not hold records against what no validator has signed', async () => {
    const { service, store } = await forgedFrom(50);
    const before = structuredClone([...store.tables.records]);
    const { run, tally } = await reconcile(service);
    expect(run).toMatchObject({ status: 'finished', block: null });
    expect(tally.counts).toMatchObject({ match: 0, missed: 0, conflict: 0, fixed: 0, unverifiable: before.length });
    expect([...store.tables.records]).toEqual(before);
    expect(store.tables.conflicts.size).toBe(0);
  });

  test('holds them against the newest block that is signed, where there is one near', async () => {
    const { service, store } = await forgedFrom(59);
    const { run, tally } = await reconcile(service);
    expect(run.block).toMatchObject({ height: 58, hash: blocks[58]?.hash });
    expect(tally.counts).toMatchObject({ missed: 0, conflict: 0, unverifiable: 0 });
    for (const [ref, data] of [
      [asset, truth.asset(token, 58)],
      [account, truth.account(id, 58)],
    ] as const) {
      const answer = await lookup(ref, { ...defaultReadOptions, noCache: true }, running.another());
      expect(answer).toMatchObject({ data, block: { height: 58, hash: blocks[58]?.hash } });
    }
    expect(store.tables.conflicts.size).toBe(0);
  });

  test('does not put a wrong record right with their values', async () => {
    const { service, store } = await forgedFrom(50);
    const record = store.tables.records.get(refKey(asset)) ?? lacking();
    const edited = { ...record, value: { ...record.value, owner: `account-hash-${'ab'.repeat(32)}` } };
    store.tables.records.set(refKey(asset), edited);
    await reconcile(service);
    expect(store.tables.records.get(refKey(asset))?.value).toEqual(edited.value);
  });
});

test('a list of tokens is not read from what no validator has signed', async () => {
  const { service } = await forgedFrom(50);
  const signal = until();
  const block = await service.chain.tip({ signal });
  const ref = { kind: 'collection', id: token.packageHash };
  const read = (state: RecordingState) => state.contractPackage(token.packageHash);
  await expect(mostNodesSay({ ref, block, signal, read }, service)).rejects.toBeInstanceOf(ChainUnavailable);
  const snapshot = await service.snapshots.renewed();
  const [known] = await wholenessOf(snapshot, service);
  const { name } = known?.collection ?? lacking();
  const bases = await service.snapshots.withBases(snapshot, [name]);
  const list = await ownListOf({ known, snapshot: bases } as KeepingTokens, service);
  await expect(list.length()).rejects.toBeInstanceOf(ChainUnavailable);
  await expect(list.tokensAt([0], block)).rejects.toBeInstanceOf(ChainUnavailable);
});

describe('health', () => {
  const chainOf = async ({ service }: Network) => (await readHealth(service)).components.chain.reasons;

  test('says that blocks are not signed', async () => {
    expect(await chainOf(await forgedFrom(50))).toMatchObject([
      { code: 'not_signed', status: 'degraded', detail: expect.stringContaining('not signed') },
    ]);
  });

  test('says nothing where they are, and where they need not be', async () => {
    expect(await chainOf(await forgedFrom(61))).toEqual([]);
    await running.close();
    expect(await chainOf(await forgedFrom(50, { ASTAKE_UNSIGNED: 'label' }))).toEqual([]);
  });

  test('says that trust has not begun', async () => {
    const mute: Override = ({ method }) =>
      method === 'chain_get_block' ? { error: { code: -32001, message: 'No such block' } } : undefined;
    running = await startNetwork({ recording: 'chain-e', nodes: [sound, mute], height: 45 });
    expect(await chainOf(running)).toMatchObject([{ code: 'no_trust', status: 'degraded' }]);
  });
});
