import { blake2b } from '@noble/hashes/blake2.js';
import { bytesToHex, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { InvalidId } from './errors.ts';
import { canonicalHex } from './hex.ts';

const prefix = 'account-hash-';
const algorithms = { '01': { name: 'ed25519', hexLength: 66 }, '02': { name: 'secp256k1', hexLength: 68 } } as const;

/**
 * `account-hash-<64 hex digits>` in lower case, from an account hash, with or without its prefix, or from a public key in hex.
 * Mixed upper and lower case must be the checksum. Throws InvalidId.
 */
export function accountId(input: string, path?: string): string {
  const [, hash] = /^(?:account-hash-)?([0-9a-f]{64})$/i.exec(input) ?? [];
  if (hash !== undefined) return prefix + canonicalHex(hash, path);
  const [, tag = '', key] = /^(0[12])([0-9a-f]+)$/i.exec(input) ?? [];
  if (key === undefined || input.length !== algorithms[tag as keyof typeof algorithms].hexLength) {
    throw new InvalidId(
      'an account is a public key in hex (01 and 64 digits for ed25519, 02 and 66 for secp256k1), or an account hash: ' +
        '64 hexadecimal digits, with or without "account-hash-"',
      path,
    );
  }
  return prefix + accountHashOf(tag + canonicalHex(key, path));
}

/** The 64 hex digits after `account-hash-`. */
export const bareHash = (id: string): string => id.slice(prefix.length);

/** blake2b-256 of the algorithm's name, a zero byte and the raw key: as a node derives the account hash of a public key. */
export function accountHashOf(publicKey: string): string {
  const algorithm = algorithms[publicKey.slice(0, 2) as keyof typeof algorithms];
  if (!algorithm) throw new InvalidId(`a public key starts with 01 or 02, not ${publicKey.slice(0, 2)}`);
  const name = utf8ToBytes(algorithm.name);
  return blake2b256(new Uint8Array([...name, 0, ...hexToBytes(publicKey.slice(2))]));
}

/** The hash from which Casper derives the addresses of accounts and dictionary items, as 64 hex digits. */
export const blake2b256 = (bytes: Uint8Array): string => bytesToHex(blake2b(bytes, { dkLen: 32 }));
