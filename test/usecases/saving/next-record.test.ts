import { expect, test } from '@jest/globals';
import { firstBrokenLink } from '../../../lib/domain/audit-chain.ts';
import { noProgress } from '../../../lib/domain/progress.ts';
import { notAsked, type ReadingProof } from '../../../lib/domain/proof.ts';
import { nextRecord } from '../../../lib/usecases/saving/next-record.ts';

const day = 86_400_000;
const block = { height: 60, hash: 'h', timestamp: '2026-11-24T10:00:00.000Z' };
const now = Date.parse(block.timestamp);

const readingOf = (readSet: readonly string[]) =>
  ({
    seen: {
      ref: { kind: 'account', id: 'a' },
      value: { balance: '1' },
      probedValidators: [],
      block,
      readSet,
      bases: [],
      definition: 'd',
      validUntil: null,
    },
    cause: 'lookup',
    fork: 0,
    owner: null,
    tooLarge: false,
  }) as const;

test('a second reading of one block that renews the date renews the watches of both readings (rules SAVE-5 and TRACK-2)', () => {
  const { record } = nextRecord({ ...readingOf(['a', 'b']), before: undefined, verdict: 'new', now: now - 25 * day });
  const next = nextRecord({ ...readingOf(['b', 'c']), before: record, verdict: 'match', now });
  expect(next.record.readSet).toEqual(['a', 'b', 'c']);
  expect(next.record.trackedUntil).not.toBe(record.trackedUntil);
  expect(next.watch).toEqual(next.record.readSet);
});

const proof: ReadingProof = {
  level: 'state',
  reason: 'no_trust',
  weight: null,
  unproved: [],
  height: 60,
  evidence: { root: 'a'.repeat(64), digest: 'b'.repeat(64) },
};

test('the entry of a value that was proved has the proof under its digest, and the next one has it of the value before (rule PROOF-2)', () => {
  const reading = readingOf(['a']);
  const first = nextRecord({ ...reading, seen: { ...reading.seen, proof }, before: undefined, verdict: 'new', now });
  expect([first.record.proof, first.audit?.proof]).toEqual([proof, proof]);
  if (first.audit === undefined) throw new Error('there is an entry');
  expect(firstBrokenLink([first.audit])).toBeUndefined();
  const forged = { ...first.audit, proof: { ...proof, level: 'signed' as const } };
  expect(firstBrokenLink([forged])).toBe(forged);

  const later = { ...reading.seen, value: { balance: '2' }, block: { ...block, height: 61 }, proof: notAsked };
  const known = { progress: { ...noProgress }, through: 60, since: 61 };
  const next = nextRecord({ ...reading, seen: later, before: first.record, verdict: 'behind', now, known });
  const { evidence: _, ...shown } = proof;
  expect(next.audit?.held?.proof).toEqual(shown);
  // What was not proved has no such member: its digest is what an earlier version makes of it.
  expect(next.audit).not.toHaveProperty('proof');
  expect(next.record.proof).toEqual(notAsked);
});

test('an absence and what is too large to keep leave no proof in the trail (rule PROOF-2)', () => {
  const reading = readingOf(['a']);
  const seen = { ...reading.seen, proof };
  const large = nextRecord({ ...reading, seen, tooLarge: true, before: undefined, verdict: 'new', now });
  expect(large.audit).not.toHaveProperty('proof');
});
