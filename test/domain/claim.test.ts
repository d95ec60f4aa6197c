import { describe, expect, test } from '@jest/globals';
import {
  ageSeconds,
  type Claimed,
  claimHasEnded,
  isUnusable,
  type Snapshot,
  verifiedThrough,
} from '../../lib/domain/claim.ts';
import { LOGIC_VERSION, noProgress, type Progress } from '../../lib/domain/progress.ts';
import type { EntityRecord } from '../../lib/domain/record.ts';

const now = Date.parse('2026-01-01T00:00:00Z');
const at = (height: number) => ({
  height,
  hash: String(height),
  timestamp: new Date(now + height * 1000).toISOString(),
});
const later = new Date(now + 1_000_000).toISOString();
const followed: Progress = { ...noProgress, cursor: at(100), followedFrom: 10, logicVersion: LOGIC_VERSION };
const claim: Claimed = {
  ref: { kind: 'account', id: 'a' },
  block: at(50),
  bases: [],
  definition: 'd',
  validUntil: null,
  sequence: 1,
  fork: 0,
  logicVersion: LOGIC_VERSION,
  trackedUntil: later,
  tooLarge: false,
  conflict: null,
};
const era = { ...claim, ref: { kind: 'basis', id: 'era' }, definition: 'era-1' };
const snapshot = (progress: Progress, changedAt?: number, changed: Partial<EntityRecord> = {}): Snapshot => ({
  progress,
  basis: () => (changedAt === undefined ? undefined : ({ ...era, changedAt, ...changed } as EntityRecord)),
});
const through = (changed: Partial<Claimed> = {}, given: Snapshot = snapshot(followed)): number =>
  verifiedThrough({ ...claim, ...changed }, given, 'd', now).height;

describe('a value is verified through the cursor (rule CLAIM-2)', () => {
  test('when every block after its own was scanned', () => expect(through()).toBe(100));
  test('when each basis that it depends on last changed at or below its block', () =>
    expect(through({ bases: [{ name: 'era', height: 50, definition: 'era-1' }] }, snapshot(followed, 50))).toBe(100));
});

describe('a claim has ended when a basis has changed since, as far as sync has come (rule LIMIT-11)', () => {
  const dependent = { ...claim, bases: [{ name: 'era', height: 50, definition: 'era-1' }] };
  const moved = (changedAt: number, changed: Partial<EntityRecord> = {}) =>
    snapshot(followed, changedAt, { block: at(changedAt), ...changed });
  test.each<[string, boolean, Snapshot]>([
    ['after the value was read', true, moved(51)],
    ['at the cursor', true, moved(100)],
    ['at the block of the value', false, moved(50)],
    ['beyond the cursor', false, moved(101)],
    ['in a basis that could not be read since', false, moved(51, { block: at(50) })],
    ['in a basis of another definition', false, moved(51, { definition: 'era-0' })],
    ['before sync has followed anything', false, { ...moved(51), progress: noProgress }],
  ])('%s: %s', (_, expected, given) => expect(claimHasEnded(dependent, given, now)).toBe(expected));
  test('a value that depends on nothing shared has no such end', () =>
    expect(claimHasEnded(claim, moved(51), now)).toBe(false));
});

describe('it is verified through its own block only', () => {
  const dependent = { bases: [{ name: 'era', height: 50, definition: 'era-1' }] };
  test.each<[string, Partial<Claimed>, Snapshot]>([
    ['before the chain has been followed', {}, snapshot(noProgress)],
    ['when the cursor is below its block', { block: at(101) }, snapshot(followed)],
    ['when a block after it was not scanned (rule CLAIM-2)', { block: at(9) }, snapshot(followed)],
    ['when a basis has changed since (rule CLAIM-3)', dependent, snapshot(followed, 51)],
    ['when a basis is not stored (rule CLAIM-3)', dependent, snapshot(followed)],
    [
      'when a basis is no longer tracked (rule CLAIM-3)',
      dependent,
      snapshot(followed, 50, { trackedUntil: new Date(now).toISOString() }),
    ],
    ['when a basis has another definition (rule CLAIM-3)', dependent, snapshot(followed, 50, { definition: 'era-0' })],
    [
      'when a basis was read on an abandoned fork (rule CLAIM-3)',
      dependent,
      snapshot({ ...followed, fork: 1, rewinds: [{ fork: 1, height: 40 }] }, 50),
    ],
    [
      'when a basis that joins something was read beyond the cursor (rule CLAIM-3)',
      { bases: [{ name: 'layout', height: 50, definition: 'era-1', joined: { contractHash: 'c' } }] },
      snapshot(followed, 50, { block: at(101) }),
    ],
    ['when another logic version wrote it (rule ITEM-5)', { logicVersion: LOGIC_VERSION + 1 }, snapshot(followed)],
    [
      'when it is no longer tracked (rules CLAIM-4, TRACK-1)',
      { trackedUntil: new Date(now).toISOString() },
      snapshot(followed),
    ],
    ['when it is an absence without a record (rule CLAIM-4)', { sequence: 0 }, snapshot(followed)],
    ['when its definition is outdated (rules CLAIM-4, ITEM-4)', { definition: 'old' }, snapshot(followed)],
    [
      'when the cursor is beyond what its TTL allows (rule CLAIM-5)',
      { validUntil: at(99).timestamp },
      snapshot(followed),
    ],
    [
      'when another logic version follows the store (rule ITEM-5)',
      {},
      snapshot({ ...followed, logicVersion: LOGIC_VERSION + 1 }),
    ],
  ])('%s', (_name, changed, given) => {
    expect(through(changed, given)).toBe((changed.block ?? claim.block).height);
  });
});

describe('where it is known in which blocks a basis changed (rule CLAIM-3)', () => {
  const logOf = (...heights: number[]) => ({ since: 20, before: heights.map(at) });
  const layout = { name: 'layout', height: 50, definition: 'era-1', joined: { contractHash: 'c' } };
  const plain = { ...layout, joined: undefined };
  const given = (value: number[], joined: number[] = [], block = at(90)) =>
    snapshot(followed, (value.at(-1) ?? 0) + 1, {
      block,
      changes: { value: logOf(...value), joined: logOf(...joined) },
    });

  test('it is verified through the block before the first change after its own', () => {
    expect(through({ bases: [plain as never] }, given([40, 70, 80]))).toBe(70);
    expect(through({ bases: [plain as never] }, given([40, 50, 80]))).toBe(50);
    expect(through({ bases: [plain as never] }, given([40, 49]))).toBe(100);
  });
  test('and through the cursor where the change is beyond it', () =>
    expect(through({ bases: [plain as never] }, given([120], [], at(130)))).toBe(100));
  test('and through its own block where the changes are not known as far back', () =>
    expect(through({ block: at(19), bases: [plain as never] }, given([70]))).toBe(19));
  test('and through the earliest of these blocks where several bases changed', () => {
    const changed = { value: logOf(70), joined: logOf() };
    const other = { changedAt: 61, changes: { value: logOf(60), joined: logOf() } };
    const bases = (name: string) => ({
      ...era,
      block: at(90),
      changedAt: 71,
      changes: changed,
      ...(name === 'other' && other),
    });
    const both = { progress: followed, basis: bases as never };
    expect(through({ bases: [plain, { ...plain, name: 'other' }] as never }, both)).toBe(60);
  });

  test('what a basis joins is of the claimed block: its own reading is, through the block before that changed', () => {
    expect(through({ bases: [layout] }, given([], [70], at(101)))).toBe(70);
    expect(through({ bases: [layout] }, given([60], [55]))).toBe(55);
    expect(through({ bases: [layout] }, given([60], [70]))).toBe(60);
  });
  test('and the stored one is, where the basis was read at or before the claimed block', () =>
    expect(through({ bases: [layout] }, given([], [70, 80], at(100)))).toBe(100));
  test('and where one basis takes the claim back, another one must not have been read beyond that', () => {
    const changes = (name: string) => ({ value: logOf(...(name === 'era' ? [60] : [])), joined: logOf(55) });
    const basis = (name: string) => ({
      ...era,
      block: at(80),
      changedAt: name === 'era' ? 61 : 30,
      changes: changes(name),
    });
    const both = { progress: followed, basis: basis as never };
    expect(through({ bases: [{ ...plain, name: 'era' }, layout] as never }, both)).toBe(55);
  });
});

describe('it is not served at all', () => {
  const rewound: Progress = { ...followed, fork: 1, rewinds: [{ fork: 1, height: 40 }] };
  test('when a rewind went below it (rule FOLLOW-8)', () => {
    expect(isUnusable(claim, rewound)).toBe(true);
    expect(isUnusable({ ...claim, block: at(40) }, rewound)).toBe(false);
    expect(isUnusable({ ...claim, fork: 1 }, rewound)).toBe(false);
  });
  test('when it was invalidated at or above its block (rule TRACK-4)', () => {
    const invalidated = (height: number, prefix = '') => ({
      ...followed,
      invalidations: [{ kind: 'account', prefix, height }],
    });
    expect(isUnusable(claim, invalidated(50))).toBe(true);
    expect(isUnusable(claim, invalidated(49))).toBe(false);
    expect(isUnusable(claim, invalidated(50, 'b'))).toBe(false);
  });
  test('when it was too large to keep (rule SAVE-6)', () =>
    expect(isUnusable({ ...claim, tooLarge: true }, followed)).toBe(true));
});

test('age is counted in the chain’s own time, from the newest known head (rule CLAIM-7)', () => {
  const head = { ...at(60), seenAt: new Date(now + 5_000).toISOString() };
  expect(ageSeconds(at(60), head, now + 5_900)).toBe(0);
  expect(ageSeconds(at(50), head, now + 5_000)).toBe(10);
  expect(ageSeconds(at(50), head, now + 25_000)).toBe(30);
  expect(ageSeconds(at(61), head, now + 5_000)).toBe(0);
});
