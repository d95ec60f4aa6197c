import { describe, expect, test } from '@jest/globals';
import { dictionaryKey } from '../../lib/chain/rpc/state-keys.ts';
import { accountHashOf as accountHashByService } from '../../lib/domain/account-id.ts';
import { accountHashOf, itemKey, recordedTruth } from '../support/recorded-truth.ts';

/** What the service computes offline and what the oracle assumes, compared with the recording itself. */
describe.each([
  { recording: 'chain-a', writes: 84, minted: { tickets: 2, villas: 5 } },
  { recording: 'chain-d', writes: 305, minted: { villas: 28, prints: 2 } },
  { recording: 'chain-e', writes: 227, minted: { villas: 27 } },
] as const)('$recording', ({ recording, writes, minted }) => {
  const truth = recordedTruth(recording);
  const { accounts, collections, dictionaryWrites, lastHeight, tokens } = truth;

  test('every dictionary write is at the address that the service computes from its seed and item key', () => {
    expect(dictionaryWrites).toHaveLength(writes);
    for (const { key, seed, item } of dictionaryWrites) {
      expect([itemKey(seed, item), dictionaryKey(`uref-${seed}-007`, item)]).toEqual([key, key]);
    }
  });

  test('every account hash follows from its public key', () => {
    for (const { id, publicKey = '' } of accounts) {
      expect([accountHashOf(publicKey), `account-hash-${accountHashByService(publicKey)}`]).toEqual([id, id]);
    }
  });

  test('the collections count as many tokens as the recording writes', () => {
    const found = collections.map(({ alias }) => [
      alias,
      tokens.filter(({ collection }) => collection === alias).length,
    ]);
    const counted = collections.map(({ alias, packageHash }) => [
      alias,
      truth.named(packageHash, 'number_of_minted_tokens', lastHeight),
    ]);
    expect([Object.fromEntries(found), Object.fromEntries(counted)]).toEqual([minted, minted]);
  });
});
