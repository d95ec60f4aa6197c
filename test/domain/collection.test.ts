import { describe, expect, test } from '@jest/globals';
import type { Snapshot } from '../../lib/domain/claim.ts';
import { type CollectionState, type Enumeration, wholeThrough } from '../../lib/domain/collection.ts';
import { LOGIC_VERSION, noProgress, type Progress } from '../../lib/domain/progress.ts';
import type { EntityRecord } from '../../lib/domain/record.ts';
import { blockAt, enumerationOf, recordOf } from '../store/samples.ts';

const now = Date.parse('2026-01-15T00:00:00.000Z');
const followed: Progress = {
  ...noProgress,
  cursor: blockAt(50),
  followedFrom: 5,
  logicVersion: LOGIC_VERSION,
  discovers: 'settings-1',
};
const enumerated = enumerationOf({ status: 'whole', next: 5, block: blockAt(20) });
const layout = recordOf({
  id: 'layout:aa',
  kind: 'basis',
  definition: 'layout-1',
  height: 25,
  changedAt: 9,
  bases: [],
});

interface Case {
  readonly enumeration?: Partial<Enumeration> | null;
  readonly interruption?: CollectionState['interruption'];
  readonly progress?: Partial<Progress>;
  readonly basis?: Partial<EntityRecord> | null;
  readonly definition?: string;
}

function judge({ enumeration = {}, interruption = null, progress = {}, basis = {}, definition }: Case = {}) {
  const snapshot: Snapshot = {
    progress: { ...followed, ...progress },
    basis: () => (basis === null ? undefined : { ...layout, ...basis }),
  };
  const state = { packageHash: 'aa', enumeration: enumeration && { ...enumerated, ...enumeration }, interruption };
  return wholeThrough(state, {
    snapshot,
    layout: { name: 'layout:aa', definition: 'layout-1' },
    definition: definition ?? 'definition-1',
    settings: 'settings-1',
    now,
  });
}

const interruptedAt = (height: number, fork = 0) => ({ height, fork, reason: 'a token was not kept', at: 't' });

describe('A collection is whole (rule COLLECT-2)', () => {
  test('through the cursor, or through the block of its enumeration where that is higher', () => {
    expect(judge()).toEqual({ state: 'whole', through: blockAt(50), reason: null });
    expect(judge({ enumeration: { block: blockAt(51) } }).through).toEqual(blockAt(51));
  });

  test('where what is doubtful lies before its enumeration', () => {
    expect(judge({ progress: { followedFrom: 20 } }).state).toBe('whole');
    expect(judge({ interruption: interruptedAt(20) }).state).toBe('whole');
    expect(judge({ basis: { changedAt: 20 } }).state).toBe('whole');
  });

  test('after a reset, once it was enumerated on the new fork', () => {
    const progress = { fork: 1, rewinds: [{ fork: 1, height: 19 }] };
    expect(
      judge({ progress, enumeration: { fork: 1 }, interruption: interruptedAt(49), basis: { fork: 1 } }).state,
    ).toBe('whole');
  });
});

describe('A collection is not whole', () => {
  test.each<[string, Case, string]>([
    ['before it was enumerated', { enumeration: null }, 'none'],
    ['while it is enumerated', { enumeration: { status: 'enumerating' } }, 'enumerating'],
    ['where its contract lists no tokens', { enumeration: { status: 'effects-only', total: null } }, 'effects-only'],
    ['where a token could not be kept', { enumeration: { status: 'broken', reason: 'too large' } }, 'broken'],
    ['after a reset', { progress: { fork: 1, rewinds: [{ fork: 1, height: 30 }] } }, 'broken'],
    ['by a snapshot from before a reset', { enumeration: { fork: 1 } }, 'broken'],
    ['where another definition read its tokens', { definition: 'definition-2' }, 'broken'],
    ['under another logic version', { progress: { logicVersion: LOGIC_VERSION + 1 } }, 'broken'],
    ['where sync does not look for its tokens', { progress: { discovers: 'settings-2' } }, 'broken'],
    ['before sync has begun', { progress: { cursor: null, followedFrom: null } }, 'broken'],
    ['where a block since was not scanned', { progress: { followedFrom: 21 } }, 'broken'],
    ['where sync could not keep a token since', { interruption: interruptedAt(21) }, 'broken'],
    ['where sync could not keep a token on a later fork', { interruption: interruptedAt(21, 1) }, 'broken'],
    ['where its dictionaries have changed since', { basis: { changedAt: 21 } }, 'broken'],
    ['where its dictionaries are not known', { basis: null }, 'broken'],
    [
      'where its dictionaries are not followed any more',
      { basis: { trackedUntil: '2026-01-14T00:00:00.000Z' } },
      'broken',
    ],
    ['where its dictionaries are of another configuration', { basis: { definition: 'layout-2' } }, 'broken'],
  ])('%s', (_, wrong, state) => {
    const judged = judge(wrong);
    expect(judged).toMatchObject({ state, through: null });
    expect(judged.reason).toMatch(/\w/);
  });
});
