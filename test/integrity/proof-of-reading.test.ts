import { expect, test } from '@jest/globals';
import type { BasisSeen } from '../../lib/domain/basis.ts';
import { notAsked, type ReadingProof } from '../../lib/domain/proof.ts';
import { proofOfReading } from '../../lib/usecases/observing/proof-of-reading.ts';

const signed = (height: number): ReadingProof => ({
  level: 'signed',
  reason: null,
  weight: 0.9,
  unproved: [],
  height,
  evidence: { root: 'a'.repeat(64), digest: 'b'.repeat(64) },
});
const nothing: ReadingProof = { ...notAsked, reason: 'nothing_proved' };

const reading = (proof: ReadingProof, ...bases: readonly (ReadingProof | undefined)[]) => ({
  proof: async () => proof,
  bases: () => bases.map((of) => (of === undefined ? {} : { proof: of }) as BasisSeen),
});

// Rule PROOF-2.
test('a reading is proved as far as the bases that it has read; one that is only named changes nothing', async () => {
  expect(await proofOfReading(reading(signed(60), signed(50)), false)).toEqual(signed(50));
  expect(await proofOfReading(reading(signed(60), nothing), false)).toMatchObject({ level: 'none', height: null });
  expect(await proofOfReading(reading(nothing, signed(50)), false)).toMatchObject({ level: 'none', height: null });
  expect(await proofOfReading(reading(signed(60), undefined), false)).toEqual(signed(60));
});

test('that there is nothing is not proved by what was found on the way', async () => {
  expect(await proofOfReading(reading(signed(60), signed(50)), true)).toEqual(nothing);
});
