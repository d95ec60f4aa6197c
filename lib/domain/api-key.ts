import { createHash, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { digestOf } from './digest.ts';
import type { CallerLimits, Role } from './principal.ts';

/** An API key as the store has it: everything but the key itself (rule ACCESS-20). */
export interface StoredKey {
  /** 12 digits and lower-case letters: the public part of the key, which may be shown and logged. */
  readonly id: string;
  readonly name: string;
  /** SHA-256 of the whole text of the key, in hex. */
  readonly secretHash: string;
  readonly roles: readonly Role[];
  /** Package hashes; null: all collections. */
  readonly collections: readonly string[] | null;
  readonly application: string | null;
  readonly limits: CallerLimits | null;
  /** ISO 8601, as all its moments. */
  readonly createdAt: string;
  /** The name of the principal who made it. */
  readonly createdBy: string;
  /** From this moment on it is refused; null: it does not expire. */
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
  readonly revokedBy: string | null;
  readonly note: string | null;
  /** The id of the key in whose place it was made. */
  readonly replaces: string | null;
  /** The id of the key that was made in its place. */
  readonly replacedBy: string | null;
  /** 1 for a new key; each change counts it up. */
  readonly revision: number;
  /** The digest of the newest entry of its trail, whose sequence is the revision. */
  readonly auditHead: string;
  /** The stored row was changed so that it is no longer a key: it does not admit. */
  readonly unreadable?: true;
}

/** The kind of the trails of keys. */
export const keyKind = 'key';

/**
 * SHA-256 over all of a key that decides whom it admits. Row and trail have it, so that a change past this service shows (rules ACCESS-22
 * and ACCESS-24). It covers the hash of the secret, which cannot be found from it.
 */
export const digestOfKey = ({
  auditHead: _,
  unreadable: __,
  ...key
}: Omit<StoredKey, 'auditHead'> & Partial<StoredKey>): string => digestOf(key);

export type KeyStatus = 'active' | 'expired' | 'revoked';

/** `now`: milliseconds since the epoch. Only an active key admits (rule ACCESS-22). */
export function statusOfKey({ revokedAt, expiresAt, unreadable }: StoredKey, now: number): KeyStatus {
  if (revokedAt !== null || unreadable) return 'revoked';
  // A moment that cannot be read counts as past.
  return expiresAt === null || now < Date.parse(expiresAt) ? 'active' : 'expired';
}

const prefix = 'astk';
/** Without letters that are mistaken for digits (Crockford). */
const idDigits = '0123456789abcdefghjkmnpqrstvwxyz';
const secretDigits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const idLength = 12;
const secretLength = 43;
const checkLength = 6;
const idForm = new RegExp(`^[${idDigits}]{${idLength}}$`);
const form = new RegExp(`^${prefix}_([${idDigits}]{${idLength}})_[0-9A-Za-z]{${secretLength + checkLength}}$`);

/** How many random bytes `keyOf` takes: 8 for the id, 32 for the secret. */
export const keyRandomBytes = 40;

/**
 * `astk_<id>_<secret>`, of 256 random bits, with a checksum of all that stands before it at the end: a scanner of secrets knows a key
 * by its form, and a mistyped one is refused without a look into the store.
 */
export function keyOf(random: Uint8Array): { readonly id: string; readonly key: string } {
  if (random.length !== keyRandomBytes) throw new RangeError(`a key is made of ${keyRandomBytes} random bytes`);
  const id = digitsOf(random.subarray(0, 8), idDigits, idLength);
  const unchecked = `${prefix}_${id}_${digitsOf(random.subarray(8), secretDigits, secretLength)}`;
  return { id, key: unchecked + checksumOf(unchecked) };
}

/** The id in the text of a key; undefined: no key has such a text. */
export function keyIdIn(text: string): string | undefined {
  const [, id] = form.exec(text) ?? [];
  const end = text.length - checkLength;
  return checksumOf(text.slice(0, end)) === text.slice(end) ? id : undefined;
}

export const isKeyId = (text: string): boolean => idForm.test(text);

export const hashOfKey = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Whether the text is this very key. The comparison takes equally long wherever two hashes differ. */
export function isTextOf(text: string, { secretHash }: Pick<StoredKey, 'secretHash'>): boolean {
  const [given, stored] = [Buffer.from(hashOfKey(text)), Buffer.from(secretHash)];
  return given.length === stored.length && timingSafeEqual(given, stored);
}

/** The lowest digits of the number that the bytes are, in the base of the alphabet. */
function digitsOf(bytes: Uint8Array, alphabet: string, length: number): string {
  const base = BigInt(alphabet.length);
  let rest = BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
  let digits = '';
  for (let at = 0; at < length; at++) {
    digits = alphabet[Number(rest % base)] + digits;
    rest /= base;
  }
  return digits;
}

const checksumOf = (text: string): string => {
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(text));
  return digitsOf(sum, secretDigits, checkLength);
};
