import crypto from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { ed25519 } from '@noble/curves/ed25519.js';
import { bytesToNumberLE, numberToBytesLE } from '@noble/curves/utils.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { verifyInJavaScript, verifyNatively } from '../../../lib/chain/proof/ed25519.ts';

const seed = Number(process.env.ASTAKE_SEED ?? 20_261_130);
const { Point } = ed25519;
const { ORDER: order } = Point.Fn;
const { ORDER: prime } = Point.Fp;
const onServers = verifyNatively(crypto as unknown as Parameters<typeof verifyNatively>[0]);

/** The eight points whose order divides the cofactor: multiples of one of order 8. */
const ofOrder8 = Point.fromHex('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05');
const small = Array.from({ length: 8 }, (_, times) => ofOrder8.multiplyUnsafe(BigInt(times)));

interface Case {
  readonly key: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

const bytesOf = (label: string): Uint8Array => sha512(Buffer.from(`${seed} ${label}`));
const scalarOf = (label: string): bigint => bytesToNumberLE(bytesOf(label)) % order;
const bytes = (...parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(Buffer.concat(parts));

/** Signed with a secret scalar that the signer knows, with a key and an R to which points of small order are added. */
function signed(label: string, inKey: number, inR: number): Case {
  const [secret, nonce] = [scalarOf(`${label} secret`), scalarOf(`${label} nonce`)];
  const key = Point.BASE.multiply(secret)
    .add(small[inKey] as typeof ofOrder8)
    .toBytes();
  const r = Point.BASE.multiply(nonce)
    .add(small[inR] as typeof ofOrder8)
    .toBytes();
  const message = bytesOf(`${label} message`);
  const challenge = bytesToNumberLE(sha512(bytes(r, key, message))) % order;
  return { key, message, signature: bytes(r, numberToBytesLE((nonce + challenge * secret) % order, 32)) };
}

function bothSay({ key, message, signature }: Case): boolean {
  const verdicts = [verifyInJavaScript, onServers].map((verify) => {
    try {
      return verify(signature, message, key);
    } catch {
      return false;
    }
  });
  expect(verdicts[0]).toBe(verdicts[1]);
  return verdicts[0] as boolean;
}

// Rule PROOF-3: what a server has proved, a browser proves too.
describe('Node and JavaScript accept the same signatures', () => {
  test('those of the library, and of no other key or message', () => {
    for (let number = 0; number < 20; number++) {
      const secret = bytesOf(`plain ${number}`).subarray(0, 32);
      const message = bytesOf(`plain message ${number}`);
      const own = { key: ed25519.getPublicKey(secret), message, signature: ed25519.sign(message, secret) };
      expect(bothSay(own)).toBe(true);
      expect(bothSay({ ...own, message: bytesOf('another') })).toBe(false);
      expect(bothSay({ ...own, key: ed25519.getPublicKey(bytesOf('another').subarray(0, 32)) })).toBe(false);
    }
  });

  test('with any bit turned over: none', () => {
    const own = signed('bits', 0, 0);
    expect(bothSay(own)).toBe(true);
    for (const member of ['key', 'signature'] as const)
      for (let bit = 0; bit < own[member].length * 8; bit += 5) {
        const turned = Uint8Array.from(own[member]);
        turned[bit >> 3] = (turned[bit >> 3] as number) ^ (1 << (bit & 7));
        expect(bothSay({ ...own, [member]: turned })).toBe(false);
      }
  });

  test('with points of small order in the key and in R: where the equation holds without the cofactor', () => {
    const verdicts = new Map<boolean, number>();
    for (let inKey = 0; inKey < 8; inKey++)
      for (let inR = 0; inR < 8; inR++)
        for (let number = 0; number < 2; number++) {
          const said = bothSay(signed(`mixed ${inKey} ${inR} ${number}`, inKey, inR));
          verdicts.set(said, (verdicts.get(said) ?? 0) + 1);
        }
    expect(verdicts.get(true)).toBeGreaterThan(2);
    expect(verdicts.get(false)).toBeGreaterThan(60);
  });

  test('of a key of small order: none, in either spelling', () => {
    const zero = numberToBytesLE(0n, 32);
    for (const point of small) {
      const y = bytesToNumberLE(point.toBytes()) & ((1n << 255n) - 1n);
      for (const spelling of [y, y + prime].filter((each) => each < 1n << 255n))
        for (const sign of [0n, 1n << 255n])
          for (const r of small)
            expect(
              bothSay({
                key: numberToBytesLE(spelling + sign, 32),
                message: bytesOf('small'),
                signature: bytes(r.toBytes(), zero),
              }),
            ).toBe(false);
    }
  });

  test('with an R of small order: none', () => {
    for (let number = 0; number < 8; number++) {
      const [secret, message] = [scalarOf(`small R ${number}`), bytesOf('small R')];
      const [key, r] = [Point.BASE.multiply(secret).toBytes(), (small[number] as typeof ofOrder8).toBytes()];
      const challenge = bytesToNumberLE(sha512(bytes(r, key, message))) % order;
      const s = numberToBytesLE((challenge * secret) % order, 32);
      expect(bothSay({ key, message, signature: bytes(r, s) })).toBe(false);
    }
  });

  test('with a second spelling of s, of R, or of the key: none', () => {
    const own = signed('spelt', 0, 0);
    const [r, s] = [own.signature.subarray(0, 32), bytesToNumberLE(own.signature.subarray(32))];
    expect(bothSay({ ...own, signature: bytes(r, numberToBytesLE(s + order, 32)) })).toBe(false);
    expect(bothSay({ ...own, signature: bytes(r, numberToBytesLE(order, 32)) })).toBe(false);
    for (let y = 0n; y < 19n; y++)
      for (const sign of [0n, 1n << 255n]) {
        const second = numberToBytesLE(y + prime + sign, 32);
        expect(bothSay({ ...own, key: second })).toBe(false);
        expect(bothSay({ ...own, signature: bytes(second, numberToBytesLE(s, 32)) })).toBe(false);
      }
  });

  test('of what is no point: none', () => {
    for (let number = 0; number < 40; number++)
      expect(bothSay({ ...signed('none', 0, 0), key: bytesOf(`no point ${number}`).subarray(0, 32) })).toBe(false);
  });
});
