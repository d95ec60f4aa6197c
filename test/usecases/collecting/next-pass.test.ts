import { describe, expect, test } from '@jest/globals';
import type { Enumeration } from '../../../lib/domain/collection.ts';
import { LOGIC_VERSION, noProgress, type Progress } from '../../../lib/domain/progress.ts';
import { nextPass } from '../../../lib/usecases/collecting/next-pass.ts';
import { judged } from '../../../lib/usecases/status/wholeness.ts';
import { blockAt, enumerationOf, recordOf } from '../../store/samples.ts';

const now = Date.parse('2026-01-15T00:00:00.000Z');
const ago = (milliseconds: number): string => new Date(now - milliseconds).toISOString();
const [minute, day] = [60_000, 86_400_000];
const collection = { name: 'layout:aa', packageHash: 'aa', alias: 'homes', rootKey: 'hash-aa', kind: 'asset' };
const service = {
  shared: { settings: 'settings-1', basis: () => ({ name: 'layout:aa', definition: 'layout-1' }) },
  definitions: new Map([['asset', { definition: 'definition-1' }]]),
  clock: { now: () => now, steady: () => now },
} as unknown as Parameters<typeof nextPass>[2];
const layout = recordOf({
  id: 'layout:aa',
  kind: 'basis',
  definition: 'layout-1',
  height: 25,
  changedAt: 9,
  bases: [],
});
const followed: Progress = {
  ...noProgress,
  cursor: blockAt(50),
  followedFrom: 5,
  logicVersion: LOGIC_VERSION,
  discovers: 'settings-1',
};
const interruption = { height: 40, fork: 0, reason: 'a token was not kept', at: ago(0) };

function next(parts: Partial<Enumeration>, { interrupted = false, progress = {} as Partial<Progress> } = {}) {
  const snapshot = { progress: { ...followed, ...progress }, basis: () => ({ ...layout, fork: progress.fork ?? 0 }) };
  const enumeration = enumerationOf({
    block: blockAt(20),
    next: 5,
    startedAt: ago(day),
    finishedAt: ago(day),
    ...parts,
  });
  const state = { packageHash: 'aa', enumeration, interruption: interrupted ? interruption : null };
  return nextPass({ collection, state, wholeness: judged(collection, state, snapshot, service) }, snapshot, service);
}

const broken = { status: 'broken', failed: 1, again: [3], tries: 1, finishedAt: ago(11 * minute) } as const;

describe('What an enumeration does next (rules COLLECT-3, COLLECT-7 and COLLECT-8)', () => {
  test.each<[string, Parameters<typeof next>, string]>([
    ['goes on', [{ next: 2 }], 'go-on'],
    ['begins again where it was interrupted under way', [{ next: 2 }, { interrupted: true }], 'begin'],
    [
      'begins again after a reset',
      [{ next: 2 }, { progress: { fork: 1, rewinds: [{ fork: 1, height: 15 }] } }],
      'begin',
    ],
    ['tries again what failed', [broken], 'try-again'],
    ['waits before it does', [{ ...broken, finishedAt: ago(9 * minute) }], 'nothing'],
    ['waits longer after more tries', [{ ...broken, tries: 2 }], 'nothing'],
    ['waits where it was interrupted too', [{ ...broken, tries: 2 }, { interrupted: true }], 'nothing'],
    ['begins again where it was interrupted after the wait', [broken, { interrupted: true }], 'begin'],
    [
      'waits for nothing after a reset',
      [{ ...broken, tries: 9 }, { progress: { fork: 1, rewinds: [{ fork: 1, height: 15 }] } }],
      'begin',
    ],
    ['waits for nothing under another definition', [{ ...broken, tries: 9, definition: 'definition-0' }], 'begin'],
    ['goes on where its list could not be read', [{ ...broken, failed: 0, again: [], next: 2 }], 'go-on'],
    ['rests where it is whole', [{ status: 'whole' }], 'nothing'],
    ['passes over it after five days', [{ status: 'whole', startedAt: ago(5 * day) }], 'begin'],
    ['rests where there is no list', [{ status: 'effects-only', total: null, next: 0 }], 'nothing'],
    [
      'asks again where there was no list, and something has happened',
      [{ status: 'effects-only', total: null, next: 0 }, { interrupted: true }],
      'begin',
    ],
    ['waits for sync of its own logic version', [{}, { progress: { logicVersion: LOGIC_VERSION + 1 } }], 'nothing'],
    ['waits for sync', [{ status: 'broken' }, { progress: { cursor: null } }], 'nothing'],
  ])('%s', (_what, given, expected) => {
    expect(next(...given).do).toBe(expected);
  });

  test('a whole collection stays whole while it is passed over, and no other one is called so', () => {
    const begun = (...given: Parameters<typeof next>) => next(...given) as { readonly enumeration: Enumeration };
    expect(begun({ status: 'whole', startedAt: ago(5 * day) }).enumeration.status).toBe('whole');
    expect(begun({ status: 'whole' }, { interrupted: true }).enumeration.status).toBe('enumerating');
  });

  test('how often it has failed is kept on one chain, and forgotten on another', () => {
    const begun = (...given: Parameters<typeof next>) => next(...given) as { readonly enumeration: Enumeration };
    const failing = { ...broken, failingSince: ago(day) };
    expect(begun(failing, { interrupted: true }).enumeration).toMatchObject({ tries: 1, failingSince: ago(day) });
    expect(begun({ ...failing, definition: 'other' }).enumeration).toMatchObject({ tries: 0, failingSince: null });
  });
});
