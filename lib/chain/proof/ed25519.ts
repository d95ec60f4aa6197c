import { ed25519 } from '@noble/curves/ed25519.js';
import { bytesToNumberLE } from '@noble/curves/utils.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { bytesToHex, concatBytes, hex } from './bytes.ts';

/** Both accept the same, so that an answer that a server has proved is proved in a browser too. */
export type VerifyEd25519 = (signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array) => boolean;

const { Point } = ed25519;
const { ORDER: order } = Point.Fn;

/**
 * RFC 8032 without its leeway, as nodes verify (`verify_strict` of ed25519-dalek): key and R are points in their one spelling and not of
 * small order, s is below the group's order, and R is what the equation without the cofactor gives.
 */
export const verifyInJavaScript: VerifyEd25519 = (signature, message, publicKey) => {
  const [r, s] = [signature.subarray(0, 32), bytesToNumberLE(signature.subarray(32))];
  if (s >= order || isSmallOrOdd(publicKey) || isSmallOrOdd(r)) return false;
  const key = Point.fromBytes(publicKey, false);
  const challenge = bytesToNumberLE(sha512(concatBytes(r, publicKey, message))) % order;
  const expected = Point.BASE.multiplyUnsafe(s).subtract(key.multiplyUnsafe(challenge));
  return bytesToHex(expected.toBytes()) === bytesToHex(r);
};

interface Native {
  createPublicKey(input: { readonly key: Uint8Array; readonly format: 'der'; readonly type: 'spki' }): object;
  verify(algorithm: null, message: Uint8Array, key: object, signature: Uint8Array): boolean;
}

/** SubjectPublicKeyInfo of an Ed25519 key (RFC 8410), up to the key itself. */
const keyInfo = hex('302a300506032b6570032100');

/** OpenSSL's, nine times as fast. It knows no small order, and takes a key in a second spelling. */
export const verifyNatively =
  ({ createPublicKey, verify }: Native): VerifyEd25519 =>
  (signature, message, publicKey) => {
    if (isSmallOrOdd(publicKey) || isSmallOrOdd(signature.subarray(0, 32))) return false;
    const key = createPublicKey({ key: concatBytes(keyInfo, publicKey), format: 'der', type: 'spki' });
    return verify(null, message, key, signature);
  };

const { process: node } = globalThis as {
  readonly process?: { getBuiltinModule?(name: 'node:crypto'): Native | undefined };
};
/** Of Node where there is one; a browser has none that answers at once. */
const native = node?.getBuiltinModule?.('node:crypto');

/** Throws, or returns false, for what is no key. */
export const verifyEd25519 = native === undefined ? verifyInJavaScript : verifyNatively(native);

/** y of the eight points of small order (two each, but for 1 and -1), as hex of 32 bytes in little-endian. */
const smallOrders: ReadonlySet<string> = new Set([
  `${'00'.repeat(32)}`,
  `01${'00'.repeat(31)}`,
  `ec${'ff'.repeat(30)}7f`,
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
]);

/** A point of small order, or a y that is not below the field's 2^255 - 19. */
function isSmallOrOdd(point: Uint8Array): boolean {
  const y = Uint8Array.from(point);
  y[31] = (y[31] as number) & 127;
  return smallOrders.has(bytesToHex(y)) || bytesToNumberLE(y) >= Point.Fp.ORDER;
}
