import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { blake2b, bytesToHex, concatBytes, u32 } from '../../../lib/chain/proof/bytes.ts';
import { provedValue } from '../../../lib/chain/proof/merkle-proof.ts';
import { endsOfValue } from '../../../lib/chain/proof/merkle-steps.ts';

const seed = Number(process.env.ASTAKE_SEED ?? 20_261_130);
const key = Uint8Array.from({ length: 33 }, (_, at) => (at === 0 ? 6 : 0));

const affix = (bytes: readonly number[]): Uint8Array =>
  concatBytes(Uint8Array.of(1), u32(bytes.length), Uint8Array.from(bytes));
const branch = (hole: number, places: readonly number[], hash = 9): Uint8Array =>
  concatBytes(
    Uint8Array.of(0, hole),
    u32(places.length),
    ...places.map((place) => Uint8Array.from([place, 1, ...new Array(32).fill(hash)])),
  );
const proofOf = (steps: readonly Uint8Array[], value = Uint8Array.of(1, 2, 3), count = steps.length): Uint8Array =>
  concatBytes(u32(1), key, value, u32(count), ...steps);
const endsIn = (bytes: Uint8Array) => [...endsOfValue(bytes, 4 + key.length, key)].map(({ end }) => end);
const valueEnd = 4 + key.length + 3;

// Rule PROOF-1.
describe('steps', () => {
  const others = Array.from({ length: 255 }, (_, at) => at + 1);
  const root = branch(6, [1, 200]);

  test('go along the key from the root', () => {
    expect(endsIn(proofOf([affix([0, 0]), branch(0, others), root]))).toEqual([valueEnd]);
    expect(endsIn(proofOf([affix(new Array(32).fill(0)), root]))).toEqual([valueEnd]);
  });

  test.each([
    ['an affix of no byte', [affix([]), root]],
    ['an affix longer than what is left of the key', [affix(new Array(33).fill(0)), root]],
    ['together longer than the key', [affix(new Array(32).fill(0)), branch(0, [7]), root]],
    ['another way', [affix([0, 1]), root]],
    ['another hole', [branch(1, [7]), root]],
    ['children in the hole', [branch(0, [0, 7]), root]],
    ['children twice', [branch(0, [7, 7]), root]],
    ['more than 255 children, without the hole', [branch(0, [...others, 255]), root]],
    ['a number of children that the bytes do not have', [concatBytes(Uint8Array.of(0, 0), u32(0xffffffff)), root]],
  ])('%s: none', (_, steps) => {
    expect(endsIn(proofOf(steps))).toEqual([]);
  });

  test('are as many as their number says', () => {
    for (const count of [0, 1, 3, 2 ** 24 + 2])
      expect(endsIn(proofOf([affix([0]), root], undefined, count))).toEqual([]);
  });
});

/** Every byte that is read is counted: that is what the time goes with, on any machine. */
function readsIn(bytes: Uint8Array): { readonly reads: number; readonly ends: number } {
  let reads = 0;
  const counting = new Proxy(bytes, {
    get(target, name) {
      if (typeof name === 'string' && name.charCodeAt(0) <= 57) reads += 1;
      const member = Reflect.get(target, name, target);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
  let ends = 0;
  for (const _ of endsOfValue(counting, 4 + key.length, key)) {
    ends += 1;
    // As many are hashed at most.
    if (ends === 8) break;
  }
  return { reads, ends };
}

const filled = (length: number, pattern: readonly number[]): Uint8Array =>
  Uint8Array.from({ length }, (_, at) => pattern[at % pattern.length] as number);

describe('bytes that are made to take long', () => {
  const length = 100 * 1024;
  /** The hash of each child has a number of steps, and the head of a branch whose children are those that come next. */
  const hiding = (count: number): Uint8Array =>
    concatBytes(
      Uint8Array.of(0, 0),
      u32(255),
      ...Array.from({ length: 255 }, (_, row) =>
        concatBytes(Uint8Array.of(row + 1, 1), new Uint8Array(22), u32(count), Uint8Array.of(0, 0), u32(254 - row)),
      ),
    );

  test.each([
    ['zeros', [0]],
    ['ones', [1]],
    ['affixes of a byte', [1, 1, 0, 0, 0, 0]],
    ['affixes within affixes', [1, 1, 0, 0, 0, 1, 0, 0, 0]],
    ['branches with all children', [0, 0, 255, 0, 0, 0]],
    ['numbers of steps everywhere', [2, 0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 0, 0, 0]],
    ['branches that hide others, to be found from thousands of places', [...hiding(33)]],
    ['the same, with a number of steps that no key has', [...hiding(127)]],
  ])('%s: each is read a few times', (_, pattern) => {
    expect(readsIn(concatBytes(u32(1), key, filled(length, pattern))).reads).toBeLessThan(24 * length);
  });

  test('what no steps can reach is not looked for: it is the value', () => {
    const [less, more] = [300 * 1024, 600 * 1024].map((of) => readsIn(concatBytes(u32(1), key, filled(of, [0]))).reads);
    expect(more).toBe(less);
  });

  test('whatever they are', () => {
    const part = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      fc.constant(Uint8Array.of(0, 0, 255, 0, 0, 0)),
      fc.constant(affix([0])),
      fc.nat(255).map((count) => concatBytes(Uint8Array.of(0, 0), u32(count))),
      fc.nat(255).map((count) =>
        branch(
          0,
          Array.from({ length: count }, (_, at) => at + 1),
          0,
        ),
      ),
      fc.nat(40).map((count) => u32(count)),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 20 }), fc.nat(20), (parts, times) => {
        const one = concatBytes(...parts);
        const bytes = concatBytes(u32(1), key, ...new Array(1 + times).fill(one));
        expect(readsIn(bytes).reads).toBeLessThan(1_000 + 48 * bytes.length);
      }),
      { seed, numRuns: 60 },
    );
  });

  test('few places are hashed, and each no longer than the proof', () => {
    const steps = [affix([0]), branch(6, [1])];
    // Each place of the value seems to be its end: what is behind it is the way of an affix that is there already.
    const value = concatBytes(...new Array(2_000).fill(concatBytes(u32(2), affix([0]), branch(6, [1]))));
    let hashed = 0;
    const counting = (bytes: Uint8Array): Uint8Array => {
      hashed += bytes.length;
      return blake2b(bytes);
    };
    const bytes = proofOf(steps, value);
    expect(provedValue(bytesToHex(bytes), key, '0'.repeat(64), counting)).toBeUndefined();
    expect(hashed).toBeLessThan(9 * bytes.length);
  });
});
