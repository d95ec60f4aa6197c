import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { decodeHeader, decodeStatus } from '../../../lib/chain/rpc/decode-block.ts';
import { decodeBlock } from '../../../lib/chain/rpc/decode-whole-block.ts';
import { RpcFailure } from '../../../lib/chain/rpc/errors.ts';
import {
  decodeAccount,
  decodeBidKind,
  decodeClValue,
  decodePackage,
  decodeStoredBid,
} from '../../../lib/chain/state/decode-state.ts';
import { decodeTransaction, decodeTransfer, transferOrigin } from '../../../lib/chain/state/decode-transaction.ts';
import { writesOf } from '../../../lib/chain/state/write-set.ts';
import { UnusableAnswer } from '../../../lib/domain/errors.ts';
import type { ContractPackage } from '../../../lib/domain/pinned-state.ts';

const answer = (name: string) =>
  JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures', `${name}.json`), 'utf8'));

describe('blocks', () => {
  test('made under 1.x: bare, and as a 2.x node serves them', () => {
    const { api_version: _version, block } = answer('block-version1-switch');
    const bare = decodeBlock({ block });
    expect(bare.pinned).toMatchObject({ height: 1412462, eraId: 7723, timestamp: '2023-01-16T18:49:12.960Z' });
    expect(bare.pinned.proposer).toBe('0106ca7c39cd272dbf21a86eeb3b36b7c26e2e9b94af64292419f7862936bca2ca');
    expect(bare.nextEraValidators).toHaveLength(3);
    expect(bare.transactions[0]).toEqual({
      type: 'Deploy',
      hash: '2dcf4d1b6990e725bf2a5075c360faa74a6f330c74afdf5dd06b09dbe3c16133',
    });
    expect(decodeBlock({ block_with_signatures: { block: { Version1: block } } })).toEqual(bare);
  });
  test('made under 2.x: a switch block names the next validators', () => {
    const block = decodeBlock(answer('block-version2-switch'));
    expect(block.nextEraValidators?.length).toBeGreaterThan(0);
    expect(block.pinned.hash).toBe('57443064e4e46c6afcb7e60c855cc10ad212752b3c9d72ba87bdf34154573767');
    expect(block.parentHash).toBe('6872358e1386c84df1c9f581493bfd54e223708226dc8613038f30f92329042b');
  });
  test('of an unknown version are refused', () => {
    expect(() => decodeHeader({ block_with_signatures: { block: { Version3: {} } } })).toThrow(UnusableAnswer);
  });

  describe('with transactions that are not known', () => {
    const known = answer('block-version2-switch');
    const { Version2: block } = known.block_with_signatures.block;
    const having = (transactions: unknown) => ({
      block_with_signatures: { block: { Version2: { ...block, body: { ...block.body, transactions } } } },
    });
    test.each([
      ['a third kind of hash', { ...block.body.transactions, 7: [{ Evm: 'ee'.repeat(32) }] }],
      ['a lane that is no list', { ...block.body.transactions, 7: { Version1: 'ee'.repeat(32) } }],
      ['a list in the place of lanes', [{ Version1: 'ee'.repeat(32) }]],
      ['none at all', undefined],
    ])('(%s) have their header (rule ANSWER-3), and are not followed', (_what, transactions) => {
      expect(decodeHeader(having(transactions))).toEqual(decodeHeader(known));
      expect(() => decodeBlock(having(transactions))).toThrow();
    });
    test('of a third kind: the block as a whole cannot be read (rule ANSWER-1)', () => {
      expect(() => decodeBlock(having({ 7: [{ Evm: 'ee'.repeat(32) }] }))).toThrow(UnusableAnswer);
    });
  });
});

describe('transactions', () => {
  test('that ran under 1.x have a cost and an error, and neither consumed gas nor a refund', () => {
    const failed = decodeTransaction(answer('deploy-version1-failure'));
    expect(failed).toMatchObject({ type: 'Deploy', ttl: '3m', block: { height: 122 } });
    expect(failed.result).toMatchObject({ consumed: null, refund: null, transfers: [] });
    expect(failed.result?.errorMessage).toEqual(expect.stringMatching(/\w/));
    expect(failed.result?.cost).toMatch(/^\d+$/);
    const succeeded = decodeTransaction(answer('deploy-version1-success'));
    expect(succeeded.result).toMatchObject({ cost: '239918433115', errorMessage: null });
  });
  test('that ran under 2.x, paid for by a purse, and failed', () => {
    expect(decodeTransaction(answer('transaction-from-purse'))).toMatchObject({
      type: 'Version1',
      initiator: '015adadaecbd299c594821a548d755f51a5e2124fb17983f9afae019add32beb21',
      block: { height: 11 },
      result: { errorMessage: null, consumed: '2500000000' },
    });
    expect(decodeTransaction(answer('transaction-failed')).result?.errorMessage).toBe('ApiError::Formatting [18]');
  });
  test('in a block whose result the node lacks have a block and no result', () => {
    expect(decodeTransaction(answer('transaction-without-result'))).toMatchObject({
      block: { height: 4753861 },
      result: undefined,
    });
  });
  test('with a result of an unknown kind are refused, not misread', () => {
    const known = answer('transaction-failed');
    const unknown = { ...known, execution_info: { ...known.execution_info, execution_result: { Version3: {} } } };
    expect(() => decodeTransaction(unknown)).toThrow('Version3');
  });
  test('name their transfers, whose ids keep every digit', () => {
    const [listed] = answer('block-transfers-version1').transfers;
    expect(transferOrigin(listed)).toBe('68334636a883b74c28758a83f142eb78b165ec3effd72864c433f8f8f8437dc6');
    expect(decodeTransfer(listed)).toMatchObject({
      amount: '10000000000',
      to: expect.stringMatching(/^account-hash-/),
    });
    const id = 18446744073709551615n;
    expect(
      decodeTransfer({ Version2: { from: { AccountHash: 'account-hash-1' }, to: null, amount: '1', id } }),
    ).toEqual({
      from: 'account-hash-1',
      to: null,
      amount: '1',
      id: '18446744073709551615',
    });
  });
});

describe('a disabled version of a package', () => {
  const disabled = (entry: unknown) =>
    (decodePackage({ ContractPackage: { versions: [], disabled_versions: [entry] } }) as ContractPackage).disabled;
  test.each([
    ['a pair', [2, 1]],
    ['an object', { protocol_version_major: 2, contract_version: 1 }],
    ['an object whose members come in another order', { contract_version: 1, protocol_version_major: 2 }],
  ])('is read by name, as %s', (_how, entry) => {
    expect(disabled(entry)).toEqual([[2, 1]]);
  });
});

/** Each is well-formed, and holds a variant that is not known here. */
describe('A variant that is not known blames no node (rule ANSWER-1)', () => {
  const executed = answer('transaction-from-purse');
  const { Version1: made } = executed.transaction;
  const withInitiator = { Version1: { ...made, payload: { ...made.payload, initiator_addr: { Contract: 'aa' } } } };
  const withResult = (result: unknown) => ({
    ...executed,
    execution_info: { ...executed.execution_info, execution_result: result },
  });
  const transfer = { from: 'account-hash-1', to: null, amount: '1', id: null };
  test.each<[string, () => unknown]>([
    ['a kind of transaction', () => decodeTransaction({ ...executed, transaction: { Evm: {} } })],
    ['a kind of transaction by its bare name', () => decodeTransaction({ ...executed, transaction: 'Evm' })],
    ['an initiator', () => decodeTransaction({ ...executed, transaction: withInitiator })],
    ['a version of results', () => decodeTransaction(withResult({ Version3: {} }))],
    ['an outcome of 1.x', () => decodeTransaction(withResult({ Version1: { Skipped: {} } }))],
    ['a version of transfers', () => decodeTransfer({ Version3: transfer })],
    ['the origin of such a transfer', () => transferOrigin({ Version3: transfer })],
    ['a sender', () => decodeTransfer({ Version2: { ...transfer, from: { Contract: 'aa' } } })],
    ['a version of results, for its effects', () => writesOf({ Version3: { effects: [] } })],
    ['an outcome of 1.x, for its effects', () => writesOf({ Version1: { Skipped: {} } })],
    ['an account', () => decodeAccount({ Person: {} })],
    ['a stored value', () => decodeClValue({ Contract: {} })],
    ['a bid', () => decodeStoredBid({ Withdraw: [] })],
  ])('%s', (_what, decode) => {
    expect(decode).toThrow(UnusableAnswer);
  });
});

test('bids, delegations and unbondings are decoded from the auction call, other kinds are skipped', () => {
  const bids = answer('auction-info-v2').auction_state.bids.map(({ bid }: { bid: unknown }) => decodeBidKind(bid));
  expect(bids.map(({ kind }: { kind: string }) => kind).sort()).toEqual([
    'delegation',
    'delegation',
    'other',
    'other',
    'unbonding',
    'unbonding',
    'validator',
    'validator',
  ]);
});

test.each([undefined, null, 7, 'text', [], {}, { chainspec_name: 1 }])('%j is refused as a status', (result) => {
  expect(() => decodeStatus(result)).toThrow(RpcFailure);
});
