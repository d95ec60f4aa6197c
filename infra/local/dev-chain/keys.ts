import { blake2b } from '@noble/hashes/blake2.js';

/** The form by which state is looked up: without a URef's access rights, which are not part of its address. */
export function recordedKey(key: string): string {
  const text = key.toLowerCase();
  return text.startsWith('uref-') ? text.slice(0, 'uref-'.length + 64) : text;
}

export function purseAddress(uref: string): string {
  return recordedKey(uref).slice('uref-'.length);
}

const KEY_ALGORITHMS: Readonly<Record<string, string>> = { '01': 'ed25519', '02': 'secp256k1' };

/** blake2b-256 of the algorithm's name, a zero byte and the raw public key. */
export function accountHashKey(publicKey: string): string {
  const algorithm = KEY_ALGORITHMS[publicKey.slice(0, 2)] ?? '';
  return `account-hash-${digest(Buffer.from(`${algorithm}\0`), Buffer.from(publicKey.slice(2), 'hex'))}`;
}

/** blake2b-256 of the seed URef's 32 bytes and the item key's UTF-8 bytes. */
export function dictionaryItemKey(seedUref: string, itemKey: string): string {
  return `dictionary-${digest(Buffer.from(purseAddress(seedUref), 'hex'), Buffer.from(itemKey))}`;
}

export function isPublicKey(text: string): boolean {
  return /^(01[0-9a-f]{64}|02[0-9a-f]{66})$/i.test(text);
}

function digest(...parts: Buffer[]): string {
  return Buffer.from(blake2b(Buffer.concat(parts), { dkLen: 32 })).toString('hex');
}
