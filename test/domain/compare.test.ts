import { describe, expect, test } from '@jest/globals';
import { isClosedTo, isEdited, type VerdictContext, verdictOf } from '../../lib/domain/compare.ts';
import { conflictIdOf, disputedFields } from '../../lib/domain/conflict.ts';
import { digestOf } from '../../lib/domain/digest.ts';
import { noProgress } from '../../lib/domain/progress.ts';
import type { EntityRecord, Observation } from '../../lib/domain/record.ts';
import { recordOf } from '../store/samples.ts';

const comparing: VerdictContext = { progress: noProgress, whenAbsent: 'review', through: 10 };

const stored = (changed: Parameters<typeof recordOf>[0] = {}): EntityRecord => {
  const record = recordOf({ height: 10, ...changed });
  return { ...record, digest: digestOf(record.value) };
};
const seen = (value: object | null, height: number, changed: Partial<Observation> = {}): Observation => ({
  ...recordOf({ height }),
  value,
  ...changed,
});
const alice = { owner: 'alice' };
const bob = { owner: 'bob' };

describe('an observation says of the record', () => {
  const rewound = { ...noProgress, fork: 1, rewinds: [{ fork: 1, height: 5 }] };
  test.each<[string, EntityRecord | undefined, Observation, Partial<VerdictContext>, string]>([
    ['there is none', undefined, seen(alice, 10), {}, 'new'],
    ['it was read on an abandoned fork (rule FOLLOW-8)', stored(), seen(bob, 10), { progress: rewound }, 'void'],
    ['it is of a later block', stored(), seen(bob, 9), {}, 'ahead'],
    ['another definition made it (rule ITEM-4)', stored(), seen(bob, 10, { definition: 'newer' }), {}, 'outdated'],
    ['it is as seen at its own block', stored(), seen(alice, 10), {}, 'match'],
    ['it is as seen later', stored(), seen(alice, 12), {}, 'match'],
    ['the chain moved on', stored(), seen(bob, 11), {}, 'behind'],
    ['the chain moved on just beyond what it claimed', stored(), seen(bob, 13), { through: 12 }, 'behind'],
    [
      'the chain moved on at the last block that it claimed (rule CONFLICT-6)',
      stored(),
      seen(bob, 12),
      { through: 12 },
      'missed',
    ],
    ['the chain has another value at its own block (rule SAVE-5)', stored(), seen(bob, 10), {}, 'conflict'],
    ['there was a value and is none', stored(), seen(null, 11), {}, 'vanished'],
    ['there is none at its own block', stored(), seen(null, 10), {}, 'vanished'],
    ['there is none by another definition', stored(), seen(null, 11, { definition: 'newer' }), {}, 'vanished'],
    ['there is none, and the chain wins', stored(), seen(null, 11), { whenAbsent: 'chain-wins' }, 'behind'],
    ['there was none and is one', stored({ value: null }), seen(alice, 11), {}, 'behind'],
  ])('%s', (_name, before, now, changed, verdict) => {
    expect(verdictOf(before, now, { ...comparing, ...changed })).toBe(verdict);
  });

  describe('and a row that was changed outside this service is in conflict', () => {
    const edited = { ...stored(), value: bob };
    test.each([9, 10, 11, 99])('with another value seen at %d', (height) => {
      expect(verdictOf(edited, seen(alice, height), comparing)).toBe('conflict');
    });
    test('with none seen', () => expect(verdictOf(edited, seen(null, 11), comparing)).toBe('conflict'));
    test('but not where it holds what is seen', () =>
      expect(verdictOf(edited, seen(bob, 11), comparing)).toBe('match'));
  });
});

test('a row is edited when its digest is not that of its value, in whatever order its members stand', () => {
  const two = stored({ value: { a: 1, b: 2 } });
  expect(isEdited(two)).toBe(false);
  expect(isEdited({ ...two, value: { b: 2, a: 1 } })).toBe(false);
  expect(isEdited({ ...two, value: { a: 1, b: 3 } })).toBe(true);
  expect(isEdited({ ...two, value: null })).toBe(true);
});

describe('a dispute is closed to an observation (rule CONFLICT-4)', () => {
  const mark = (state: 'open' | 'kept') => ({ id: 'c', state, chainDigest: digestOf(bob) });
  const kept = stored({ conflict: mark('kept') });
  test.each<[string, EntityRecord, object, number, boolean]>([
    ['not where there is none', stored(), bob, 11, false],
    ['while it is open, whatever that is', stored({ conflict: mark('open') }), { owner: 'carol' }, 99, true],
    ['once it is kept, while the chain says the same', kept, bob, 99, true],
    ['not when the chain has changed since it was kept', kept, { owner: 'carol' }, 11, false],
    ['not when the chain has come to say what is stored', kept, alice, 11, false],
    ['at its own block, whatever that is', kept, { owner: 'carol' }, 10, true],
    [
      'not when the record has come to hold what the chain says',
      stored({ value: bob, conflict: mark('kept') }),
      bob,
      11,
      false,
    ],
    ['not when the row was written once more', { ...kept, value: { owner: 'dave' } }, bob, 11, false],
  ])('%s', (_name, record, value, height, closed) => {
    expect(isClosedTo(record, seen(value, height))).toBe(closed);
  });
});

describe('the disputed fields', () => {
  const definition = { fields: { owner: 'chain-wins', kind: 'review' }, whenAbsent: 'review' } as const;
  const full = { owner: 'alice', kind: 'x' };
  test('are those that differ, each with who is right about it', () => {
    expect(disputedFields(definition as never, full, { owner: 'bob', kind: 'x' })).toEqual([
      { field: 'owner', database: 'alice', chain: 'bob', resolution: 'chain-wins' },
    ]);
  });
  test('are all, as for an absence, where the chain has nothing', () => {
    const fields = disputedFields(definition as never, full, null);
    expect(fields.map(({ field, chain, resolution }) => [field, chain, resolution])).toEqual([
      ['kind', null, 'review'],
      ['owner', null, 'review'],
    ]);
  });
  test('are all, and the chain wins, where nothing is stored that could be lost', () => {
    expect(disputedFields(definition as never, null, full).map(({ resolution }) => resolution)).toEqual([
      'chain-wins',
      'chain-wins',
    ]);
  });

  test('name the dispute, with its block and the stored value: another edit is another dispute (rule CONFLICT-1)', () => {
    const fields = disputedFields(definition as never, full, { owner: 'bob', kind: 'x' });
    const { ref, block } = stored();
    const dispute = { ref, block, fields, databaseDigest: digestOf(full) };
    const id = conflictIdOf(dispute);
    expect(id).toMatch(/^[0-9a-f]{64}$/);
    expect(conflictIdOf({ ...dispute, fields: fields.map((field) => ({ ...field, chain: 'carol' })) })).toBe(id);
    expect(conflictIdOf({ ...dispute, databaseDigest: digestOf({ ...full, owner: 'eve' }) })).not.toBe(id);
    expect(conflictIdOf({ ...dispute, block: { ...block, height: 11 } })).not.toBe(id);
    expect(conflictIdOf({ ...dispute, ref: { ...ref, id: 'b' } })).not.toBe(id);
  });
});
