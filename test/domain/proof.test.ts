import { expect, test } from '@jest/globals';
import { notAsked, ofAbsence, proofOfAll, type ReadingProof } from '../../lib/domain/proof.ts';

const evidence = { root: 'a'.repeat(64), digest: 'b'.repeat(64) };
const none = { ...notAsked, unproved: ['transaction'] } as const;
const state: ReadingProof = {
  level: 'state',
  reason: 'no_trust',
  weight: null,
  unproved: ['holds'],
  height: 60,
  evidence,
};
const signed = (weight: number, height: number): ReadingProof => ({
  level: 'signed',
  reason: null,
  weight,
  unproved: ['absence'],
  height,
  evidence: { ...evidence, digest: String(weight) },
});

test('a value is proved as far as each of its parts, at the lowest of their blocks (rule PROOF-2)', () => {
  expect(proofOfAll(signed(0.97, 61), signed(0.8, 62))).toEqual({ ...signed(0.97, 61), weight: 0.8 });
  expect(proofOfAll(signed(0.97, 61), state)).toEqual({
    ...state,
    unproved: ['absence', 'holds'],
    evidence: signed(0.97, 61).evidence,
  });
  expect(proofOfAll(state, signed(0.97, 50))).toEqual({ ...state, unproved: ['absence', 'holds'], height: 50 });
  expect(proofOfAll(signed(0.97, 61), state, none)).toEqual({
    ...notAsked,
    unproved: ['absence', 'holds', 'transaction'],
    evidence: signed(0.97, 61).evidence,
  });
  expect(proofOfAll(state)).toEqual(state);
});

test('that there is nothing is never proved, and says why (rule PROOF-2)', () => {
  expect(ofAbsence(signed(0.97, 61))).toEqual({ ...notAsked, reason: 'nothing_proved', unproved: ['absence'] });
  expect(ofAbsence(none)).toEqual(none);
});
