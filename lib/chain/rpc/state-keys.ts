import { utf8ToBytes } from '@noble/hashes/utils.js';
import { blake2b256 } from '../../domain/account-id.ts';
import type { StateKey } from '../../domain/block.ts';
import { bytesOfHex } from '../../domain/hex.ts';

/** The 32-byte address of a URef, as 64 hex digits, without the access rights. */
export const addressOf = (uref: string): string =>
  uref
    .toLowerCase()
    .replace(/^uref-/, '')
    .slice(0, 64);

/**
 * Rule FOLLOW-2: the one spelling of a key (see StateKey), for keys that are read and for keys that a block wrote. Effects
 * name a URef with rights `-000`, named keys with `-007`; a balance hold changes the available balance, so it counts as
 * the balance.
 */
export function stateKey(key: string): StateKey {
  const text = key.toLowerCase();
  if (text.startsWith('uref-')) return `uref-${addressOf(text)}`;
  // balance-hold-<tag, 2 digits><purse address, 64><block time>
  if (text.startsWith('balance-hold-'))
    return `balance-${text.slice('balance-hold-'.length + 2, 'balance-hold-'.length + 66)}`;
  return text;
}

/** Holds the hashes of the system contracts by their names (casper-types, Key::SystemEntityRegistry). */
export const systemRegistryKey = `system-entity-registry-${'0'.repeat(64)}`;

/** A dictionary item's address: blake2b-256 of the seed URef's address and the item key (casper-types, Key::dictionary). */
export function dictionaryKey(seed: string, itemKey: string): string {
  return `dictionary-${blake2b256(new Uint8Array([...bytesOfHex(addressOf(seed)), ...utf8ToBytes(itemKey)]))}`;
}

/** Tags of `bid-addr-…` keys (casper-types, BidAddr): the validator's account hash, then the holder's. */
export const validatorBidKey = (accountHash: string): string => `bid-addr-01${accountHash}`;
export const delegationKey = (validatorHash: string, accountHash: string): string =>
  `bid-addr-02${validatorHash}${accountHash}`;
export const unbondingKey = (validatorHash: string, accountHash: string): string =>
  `bid-addr-07${validatorHash}${accountHash}`;
