import { expect, test } from '@jest/globals';
import type { EntityDefinition } from '../../../lib/domain/entity.ts';
import { noProgress } from '../../../lib/domain/progress.ts';
import { notAsked, type ValueProof } from '../../../lib/domain/proof.ts';
import type { EntityRecord } from '../../../lib/domain/record.ts';
import { answerFrom } from '../../../lib/usecases/reading/answer-from.ts';
import { blockAt, cacheEntryOf, recordOf } from '../../store/samples.ts';

const now = Date.parse('2026-01-01T00:00:00.000Z');
const definition = { present: () => ({}) } as unknown as EntityDefinition;
const signed = (height: number, weight: number): ValueProof => ({
  level: 'signed',
  reason: null,
  weight,
  unproved: ['absence'],
  height,
});
const state: ValueProof = { level: 'state', reason: 'no_trust', weight: null, unproved: [], height: 20 };

/** The answer of an entry of block 10 that is known through block 30, with a basis that was stored at a height. */
function proofWith(entryProof: ValueProof | undefined, basis: Partial<EntityRecord> & { readonly height: number }) {
  const { height, ...parts } = basis;
  const stored = recordOf({
    kind: 'basis',
    id: 'layout:1',
    height,
    value: { value: {}, joined: { contractHash: 'd' } },
    definition: 'layout-1',
    ...parts,
  });
  const entry = cacheEntryOf({ ...(entryProof !== undefined && { proof: entryProof }) });
  const snapshot = { progress: noProgress, basis: () => stored };
  const judged = { entry, snapshot, now, through: blockAt(30), age: 0, freshSeconds: 90, isSyncLate: false };
  const labels = { source: 'cache', stale: false, cache: 'hit' } as const;
  return answerFrom(definition, { ...judged, claimHasEnded: false }, labels).proof;
}

// Rule PROOF-2.
test('a basis that is joined from a newer reading takes part in how far the answer is proved', () => {
  const asRead = { ...signed(10, 0.9) };
  expect(proofWith(asRead, { height: 20, proof: { ...signed(20, 0.7), evidence: null } })).toEqual(signed(10, 0.7));
  expect(proofWith(asRead, { height: 20, proof: { ...state, evidence: null } })).toEqual({
    ...state,
    height: 10,
    unproved: ['absence'],
  });
  expect(proofWith(asRead, { height: 20 })).toEqual({ ...notAskedShown, unproved: ['absence'] });
});

test('one that is not joined takes none', () => {
  expect(proofWith(signed(10, 0.9), { height: 31 })).toEqual(signed(10, 0.9));
});

test('an entry of an earlier version is not proved', () => {
  expect(proofWith(undefined, { height: 31 })).toMatchObject({ level: 'none', reason: 'not_asked', height: null });
});

const { evidence: _, ...notAskedShown } = notAsked;
