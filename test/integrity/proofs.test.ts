import { afterEach, describe, expect, test } from '@jest/globals';
import { loadRecording } from '../../infra/local/dev-chain/recording.ts';
import { type EntityRef, refKey } from '../../lib/domain/entity.ts';
import { defaultReadOptions } from '../../lib/domain/freshness.ts';
import { lookup } from '../../lib/usecases/reading/lookup.ts';
import { lacking } from '../support/lacking.ts';
import { recordedTruth } from '../support/recorded-truth.ts';
import type { Override } from '../support/rpc-proxy.ts';
import { type Network, outcomeOf, startNetwork } from './network.ts';

const height = 60;
const truth = recordedTruth('chain-e');
const [collection] = truth.collections;
const token = truth.tokens.find((each) => truth.asset(each, height)?.burnt === false) ?? lacking();
const asset: EntityRef = { kind: 'asset', id: `${token.packageHash}:${token.tokenId}` };
const there = { data: truth.asset(token, height) };
const unavailable = { failed: 'chain_unavailable' };
const fromChain = { ...defaultReadOptions, noCache: true };

let running: Network;
afterEach(() => running.close());

const startWith = async (nodes: readonly Override[], env: Record<string, string> = {}): Promise<Network> => {
  running = await startNetwork({ recording: 'chain-e', nodes, height, env });
  return running;
};

const sound: Override = () => undefined;

/** The node's answer to a query of state, changed. */
const changing =
  (change: (result: Answer, key: string) => void): Override =>
  async ({ method, params }, forward) => {
    if (method !== 'query_global_state') return undefined;
    const answer = await forward();
    if (answer.result === undefined) return answer;
    change(answer.result, params.key);
    return { result: answer.result };
  };

interface Answer {
  block_header: { Version2: { state_root_hash: string; timestamp: string } };
  stored_value: { CLValue?: { bytes: string; cl_type: unknown } };
  merkle_proof: string;
}

/** Another owner than the chain's, wherever an item holds an account. */
const otherOwner = ({ stored_value: { CLValue: value } }: Answer): void => {
  if (value?.cl_type === 'Key') value.bytes = `00${'ab'.repeat(32)}`;
};

/** A proof in which some byte of the value is another one. */
const otherBytes = (result: Answer): void => {
  const at = 2 * (4 + 33 + 6);
  const digit = (Number.parseInt(result.merkle_proof[at] as string, 16) ^ 1).toString(16);
  result.merkle_proof = result.merkle_proof.slice(0, at) + digit + result.merkle_proof.slice(at + 1);
};

const { trie, blocks } = loadRecording('chain-e');

const lies: readonly (readonly [string, (result: Answer, key: string) => void])[] = [
  ['a proof of other bytes', otherBytes],
  ['no proof', (result) => Object.assign(result, { merkle_proof: '' })],
  ['a proof that is cut', (result) => Object.assign(result, { merkle_proof: result.merkle_proof.slice(0, -2) })],
  [
    'the header of another block',
    (result) => Object.assign(result.block_header, { Version2: blocks[height - 1]?.header }),
  ],
  [
    'a state root of its own',
    (result) => Object.assign(result.block_header.Version2, { state_root_hash: 'ab'.repeat(32) }),
  ],
  [
    'values with a header of an older form',
    (result) => {
      otherOwner(result);
      Object.assign(result, { block_header: { Version1: {} } });
    },
  ],
  [
    'one value with a header of an older form',
    (result, key) => {
      if (!key.startsWith('dictionary-')) return;
      otherOwner(result);
      Object.assign(result, { block_header: { Version1: {} } });
    },
  ],
  [
    'the state of an older block, with its root and its proof',
    (result, key) => {
      const root = blocks[30]?.header.state_root_hash ?? lacking();
      result.block_header.Version2.state_root_hash = root;
      result.merkle_proof = trie?.proof(root, key) ?? '';
    },
  ],
];

// Rule PROOF-1.
test('a value is what its proof proves, whatever else the node writes', async () => {
  await startWith([changing(otherOwner)]);
  expect(await outcomeOf(lookup(asset, fromChain, running.service))).toEqual(there);
});

test('where nothing is proved, the same node is believed', async () => {
  await startWith([changing(otherOwner)], { ASTAKE_PROVE_PERCENT: '0' });
  expect(await outcomeOf(lookup(asset, fromChain, running.service))).not.toEqual(there);
});

describe.each(lies)('a node that sends %s', (_what, lie) => {
  test('is barred, and another one answers', async () => {
    const { service, logged } = await startWith([changing(lie), sound]);
    expect(await outcomeOf(lookup(asset, fromChain, service))).toEqual(there);
    const barred = logged.filter((line) => line.includes('node barred')).map((line) => JSON.parse(line)[1].node);
    expect(new Set(barred).size).toBe(1);
    expect(service.chain.report().map(({ code }) => code)).toContain('barred');
  });

  test('changes no answer and no record where all nodes do the same', async () => {
    const { service, store } = await startWith([changing(lie), changing(lie), changing(lie)]);
    expect(await outcomeOf(lookup(asset, fromChain, service))).toEqual(unavailable);
    expect(store.tables.records.get(refKey(asset))).toBeUndefined();
  });
});

test('all kinds of entities are read from what is proved', async () => {
  await startWith([
    changing((result) => Object.assign(result, { stored_value: { CLValue: { bytes: '', cl_type: 'Unit' } } })),
  ]);
  const { service } = running;
  const account =
    truth.accounts.find(({ id }) => (truth.staking(id, height) as { stakes?: [] } | null) !== null) ?? lacking();
  for (const [ref, data] of [
    [asset, there.data],
    [{ kind: 'collection', id: collection?.packageHash ?? lacking() }, truth.collection(token.packageHash, height)],
    [{ kind: 'account', id: account.id }, truth.account(account.id, height)],
    [{ kind: 'staking', id: account.id }, truth.staking(account.id, height)],
  ] as const)
    expect({ ref, ...(await outcomeOf(lookup(ref, fromChain, service))) }).toEqual({ ref, data });
});

describe('the total of a balance', () => {
  const withTotal =
    (
      change: (details: { total_balance: string; available_balance: string; total_balance_proof: string }) => void,
    ): Override =>
    async ({ method }, forward) => {
      if (method !== 'query_balance_details') return undefined;
      const { result } = await forward();
      change(result);
      return { result };
    };
  const { id } = truth.accounts.find((one) => truth.account(one.id, height) !== null) ?? lacking();
  const ref = { kind: 'account', id };

  test('is what its proof proves', async () => {
    const more = withTotal((details) => {
      details.total_balance += '0';
    });
    await startWith([more]);
    expect(await outcomeOf(lookup(ref, fromChain, running.service))).toEqual({ data: truth.account(id, height) });
  });

  test.each([
    [
      'of another account',
      loadRecording('chain-e').trie?.proof(blocks[height]?.header.state_root_hash ?? '', otherBalance()) ?? '',
    ],
    ['that is none', '00'],
  ])('is not taken with a proof %s', async (_what, proof) => {
    const lie = withTotal((details) => {
      details.total_balance_proof = proof;
    });
    await startWith([lie, sound]);
    expect(await outcomeOf(lookup(ref, fromChain, running.service))).toEqual({ data: truth.account(id, height) });
    expect(running.logged.filter((line) => line.includes('node barred'))).toHaveLength(1);
  });
});

/** A purse that no account of the test has. */
function otherBalance(): string {
  return [...loadRecording('chain-e').state.keys()].find((key) => /^balance-[0-9a-f]{64}$/.test(key)) ?? lacking();
}
