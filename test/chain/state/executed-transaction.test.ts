import { describe, expect, test } from '@jest/globals';
import { executedTransaction } from '../../../lib/chain/state/executed-transaction.ts';

const hash = 'f'.repeat(64);
const [alice, bob] = ['a', 'b'].map((digit) => `account-hash-${digit.repeat(64)}`) as [string, string];
const [source, target] = ['1', '2'].map((digit) => `uref-${digit.repeat(64)}-007`) as [string, string];
const largest = 18_446_744_073_709_551_615n;

const transfer = { from: { AccountHash: alice }, to: bob, source, target, amount: '7', gas: '0', id: largest };
const version2 = { initiator: { AccountHash: alice }, error_message: null, cost: '5', consumed: '4', refund: null };

const answerOf = (result: unknown, initiator: unknown = { AccountHash: alice }) => ({
  transaction: {
    Version1: { hash, payload: { initiator_addr: initiator, timestamp: '2026-01-01T00:00:00Z', ttl: '1h' } },
  },
  execution_info: { block_hash: hash, block_height: 9, execution_result: result },
});
const resultOf = (parts: object) => ({
  Version2: { ...version2, transfers: [{ Version2: { transaction_hash: { Version1: hash }, ...transfer } }], ...parts },
});
const listed = { from: alice, to: bob, source, target, amount: '7', id: String(largest) };

describe('What an execution says for the lists of accounts (rule ACTIVITY-3)', () => {
  test('initiator, cost and transfers, with ids beyond a double', () => {
    expect(executedTransaction(hash, answerOf(resultOf({})))).toEqual({
      ...{ hash, initiator: alice, cost: '5', errorMessage: null },
      transfers: [listed],
    });
  });

  test('an initiator by its public key', () => {
    const key = '0133bd25af5d5bd92f91c61af20c5a9b3d0b4c4e2bcac4ab6a5c3bdc6de0b0d4cd';
    expect(executedTransaction(hash, answerOf(resultOf({}), { PublicKey: key }))?.initiator).toMatch(/^account-hash-/);
  });

  test('no transfer of what failed, and at most 1,000 characters of why', () => {
    const failed = executedTransaction(hash, answerOf(resultOf({ error_message: 'x'.repeat(5_000) })));
    expect(failed).toMatchObject({ transfers: [], errorMessage: 'x'.repeat(1_000) });
  });

  describe('of 1.x', () => {
    const deploy = (outcome: object) => ({
      transaction: { Deploy: { hash, header: { account: alice, timestamp: '2026-01-01T00:00:00Z', ttl: '1h' } } },
      execution_info: { block_hash: hash, block_height: 9, execution_result: { Version1: outcome } },
    });
    const { from: _, ...others } = transfer;
    const written = { key: 'transfer-1', transform: { WriteTransfer: { deploy_hash: hash, from: alice, ...others } } };
    const effect = { operations: [], transforms: [{ key: 'uref-1', transform: 'Identity' }, written] };

    test('the transfers that it names, from among what it wrote', () => {
      const success = { Success: { effect, transfers: ['transfer-1'], cost: '5' } };
      expect(executedTransaction(hash, deploy(success))?.transfers).toEqual([listed]);
    });

    test('nothing where it names one that it did not write', () => {
      const success = { Success: { effect, transfers: ['transfer-1', 'transfer-2'], cost: '5' } };
      expect(executedTransaction(hash, deploy(success))).toBeUndefined();
    });

    test('no transfer of what failed, though it is named', () => {
      const failure = { Failure: { effect, transfers: ['transfer-1'], cost: '5', error_message: 'User error: 1' } };
      expect(executedTransaction(hash, deploy(failure))).toMatchObject({
        transfers: [],
        errorMessage: 'User error: 1',
      });
    });
  });

  test.each([
    ['no result', answerOf(null)],
    ['an unknown version', answerOf({ Version3: {} })],
    ['an unknown initiator', answerOf(resultOf({}), { Entity: 'x' })],
    ['an initiator that is no key', answerOf(resultOf({}), { PublicKey: '01ab' })],
    ['no transfers', answerOf(resultOf({ transfers: undefined }))],
    ['an unknown transfer', answerOf(resultOf({ transfers: [{ Version3: transfer }] }))],
    [
      'a transfer without a purse',
      answerOf(resultOf({ transfers: [{ Version1: { ...transfer, deploy_hash: hash, source: 'x' } }] })),
    ],
    [
      'a transfer of another transaction',
      answerOf(resultOf({ transfers: [{ Version1: { ...transfer, deploy_hash: 'e'.repeat(64) } }] })),
    ],
    ['no transaction', { execution_info: answerOf(resultOf({})).execution_info }],
  ])('is not known with %s', (_, answer) => {
    expect(executedTransaction(hash, answer)).toBeUndefined();
  });
});
