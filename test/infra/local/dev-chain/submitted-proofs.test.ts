import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { withDevAccounts } from '../../../../infra/local/dev-chain/dev-accounts.ts';
import { type DevChain, startDevChain } from '../../../../infra/local/dev-chain/dev-chain.ts';
import { loadRecording } from '../../../../infra/local/dev-chain/recording.ts';
import { bodyHash } from '../../../../lib/chain/proof/body-hash.ts';
import { executionResultsChecksum } from '../../../../lib/chain/proof/execution-results.ts';
import { headerHash } from '../../../../lib/chain/proof/header-hash.ts';
import { provedValue } from '../../../../lib/chain/proof/merkle-proof.ts';
import { storedItem, storedValue } from '../../../../lib/chain/proof/stored-value.ts';
import { trieKey } from '../../../../lib/chain/proof/trie-key.ts';
import { ask } from './exchange.ts';
import { devKeys, keyOf, type Signer, signedTransfer } from './signed.ts';

const recording = loadRecording('chain-e');
const [ed, secp] = devKeys as [Signer, Signer];
const first = 45;
/** An account of the recording. */
const recorded = '02022d0d4891ddafd2a11aa913939de783eed297e1c3ad1b8b5f1a86c63b15dfb165';
const strangers = [2, 3, 4, 5, 6, 7, 8, 9].map((number) => keyOf(number).publicKey.toHex());

let chain: DevChain;
beforeEach(async () => {
  chain = await startDevChain({ recording: 'chain-e', height: first });
});
afterEach(() => chain.close());

async function send(from: Signer, to: string): Promise<string> {
  const transfer = signedTransfer({ from, to, chainName: chain.chainName, amount: '3000000000' });
  const { error } = await ask(chain.url, 'account_put_transaction', { transaction: { Version1: transfer } });
  expect(error).toBeUndefined();
  return transfer.hash;
}

const stored = async (key: string, height: number) =>
  (await ask(chain.url, 'query_global_state', { key, path: [], state_identifier: { BlockHeight: height } })).result;
const blockAt = async (height: number) =>
  (await ask(chain.url, 'chain_get_block', { block_identifier: { Height: height } })).result.block_with_signatures;

/** All keys of the recording, those of the developers' accounts, and those that the effects of transactions name. */
async function keysOf(hashes: readonly string[]): Promise<string[]> {
  const results = await Promise.all(
    hashes.map((hash) => ask(chain.url, 'info_get_transaction', { transaction_hash: { Version1: hash } })),
  );
  const written = results.flatMap(({ result }) =>
    result.execution_info.execution_result.Version2.effects.map(({ key }: { key: string }) =>
      key.replace(/^(uref-.{64}).*/, '$1'),
    ),
  );
  return [...new Set([...withDevAccounts(recording).state.keys(), ...written])];
}

const hashesIn = ({ transactions }: { transactions: Record<string, readonly object[]> }): readonly object[] =>
  Object.values(transactions).flat();
const resultOf = async (transaction: object) =>
  (await ask(chain.url, 'info_get_transaction', { transaction_hash: transaction })).result.execution_info
    .execution_result;
const checksumAt = async (height: number) =>
  (await stored(`checksum-registry-${'0'.repeat(64)}`, height)).stored_value.CLValue.parsed.find(
    ({ key }: { key: string }) => key === 'execution_results_checksum',
  ).value;

const isCode = (value: object) => 'ContractWasm' in value;

describe('blocks with submitted transactions on a recording with proofs', () => {
  test('have headers and bodies with their hashes, and state roots that prove every value and nothing else', async () => {
    const hashes = [await send(ed, recorded)];
    chain.setHeight(first + 1);
    hashes.push(await send(secp, recorded));
    for (const stranger of strangers) hashes.push(await send(ed, stranger));
    chain.setHeight(chain.lastHeight);
    hashes.push(await send(secp, strangers[0] ?? ''));
    chain.setHeight(chain.lastHeight + 1);
    const keys = await keysOf(hashes);
    let proved = 0;
    for (const height of [first, first + 1, first + 2, first + 20, recording.lastHeight, recording.lastHeight + 1]) {
      const { block, proofs } = await blockAt(height);
      const { header, hash, body } = block.Version2;
      expect([height, headerHash(header), bodyHash(body)]).toEqual([height, hash, header.body_hash]);
      const results = await Promise.all(hashesIn(body).map(resultOf));
      expect([height, executionResultsChecksum(results)]).toEqual([height, await checksumAt(height)]);
      expect([height, proofs.length]).toEqual([height, height > first ? 0 : 3]);
      for (const key of keys) {
        const got = await stored(key, height);
        if (got === undefined || isCode(got.stored_value) || !isKnown(key)) continue;
        const bytes = provedValue(got.merkle_proof, trieKey(key), header.state_root_hash);
        if (bytes === undefined) throw new Error(`${key} is not proved at ${height}`);
        const value = (key.startsWith('dictionary-') ? storedItem : storedValue)(bytes);
        const { CLValue, Account } = got.stored_value;
        if (CLValue) expect([key, value.CLValue]).toEqual([key, { cl_type: CLValue.cl_type, bytes: CLValue.bytes }]);
        if (Account) expect([key, value]).toEqual([key, { Account }]);
        proved += 1;
      }
    }
    expect(proved).toBeGreaterThan(1_000);
  });

  test('bring the developers’ accounts, which no recorded root has, with effects that name all that changes', async () => {
    const account = [...withDevAccounts(recording).state.keys()].filter((key) => !recording.state.has(key));
    expect(account).toHaveLength(6);
    const at = (height: number) => Promise.all(account.map((key) => stored(key, height)));
    expect((await at(first)).filter((value) => value !== undefined)).toEqual([]);
    const hash = await send(ed, strangers[0] ?? '');
    chain.setHeight(first + 1);
    expect((await at(first + 1)).filter((value) => value === undefined)).toEqual([]);
    expect((await at(first)).filter((value) => value !== undefined)).toEqual([]);
    const { result } = await ask(chain.url, 'info_get_transaction', { transaction_hash: { Version1: hash } });
    const { effects, error_message } = result.execution_info.execution_result.Version2;
    expect(error_message).toBeNull();
    const named = new Set(effects.map(({ key }: { key: string }) => key.replace(/^(uref-.{64}).*/, '$1')));
    expect(account.filter((key) => !named.has(key))).toEqual([]);
  });
});

/** Holds come and go within a block: the recording's trie has none of them. */
const isKnown = (key: string) => !key.startsWith('balance-hold-');
