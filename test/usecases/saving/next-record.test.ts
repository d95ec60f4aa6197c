import { expect, test } from '@jest/globals';
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
