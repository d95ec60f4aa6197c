import { describe, expect, test } from '@jest/globals';
import { hotKeySlotOf } from '../../../lib/domain/hot-keys.ts';
import { noProgress } from '../../../lib/domain/progress.ts';
import { blockAt, moveOf, tickOf } from '../samples.ts';
import { onBoth } from '../subjects.ts';

onBoth((create) => {
  const fresh = async () => (await create()).store.progress;

  describe('gives the sync lease (rule FOLLOW-9)', () => {
    test('to one of many, with a token that only rises', async () => {
      const progress = await fresh();
      const takers = Array.from({ length: 10 }, (_, at) => progress.acquireSyncLease(`runner-${at}`, 100, 115));
      const taken = (await Promise.all(takers)).filter((token) => token !== undefined);
      expect(taken).toEqual([1]);
      expect(await progress.acquireSyncLease('late', 114, 130)).toBeUndefined();
      expect(await progress.acquireSyncLease('late', 115, 130)).toBe(2);
      expect(await progress.acquireSyncLease('late', 115, 130)).toBeUndefined();
      expect(await progress.read()).toStrictEqual(noProgress);
    });

    test('which its holder alone renews and ends', async () => {
      const progress = await fresh();
      expect(await progress.acquireSyncLease('one', 100, 115)).toBe(1);
      expect(await progress.renewSyncLease('one', 1, 130)).toBe(true);
      expect(await progress.acquireSyncLease('two', 120, 135)).toBeUndefined();
      expect(await progress.renewSyncLease('two', 1, 200)).toBe(false);
      await progress.releaseSyncLease('two', 1);
      await progress.releaseSyncLease('one', 2);
      expect(await progress.acquireSyncLease('two', 120, 135)).toBeUndefined();
      await progress.releaseSyncLease('one', 1);
      expect(await progress.acquireSyncLease('two', 120, 135)).toBe(2);
      expect(await progress.renewSyncLease('one', 1, 200)).toBe(false);
      expect(await progress.renewSyncLease('two', 2, 140)).toBe(true);
      expect(await progress.acquireSyncLease('three', 139, 200)).toBeUndefined();
    });

    test('to the next runner once it has expired; the late runner does not take it back', async () => {
      const progress = await fresh();
      await progress.acquireSyncLease('one', 100, 115);
      expect(await progress.acquireSyncLease('two', 116, 131)).toBe(2);
      expect(await progress.renewSyncLease('one', 1, 200)).toBe(false);
      await progress.releaseSyncLease('one', 1);
      expect(await progress.acquireSyncLease('three', 120, 200)).toBeUndefined();
    });
  });

  describe('publishes the mark (rule FOLLOW-1)', () => {
    test('which never falls', async () => {
      const progress = await fresh();
      expect(await progress.publishMark(20, 0, 1)).toBe(true);
      expect(await progress.publishMark(15, 0, 2)).toBe(true);
      expect(await progress.read()).toStrictEqual({ ...noProgress, mark: 20, leaseToken: 2 });
      expect(await progress.publishMark(20, 0, 2)).toBe(true);
      expect(await progress.publishMark(21, 0, 2)).toBe(true);
      expect(await progress.read()).toStrictEqual({ ...noProgress, mark: 21, leaseToken: 2 });
    });

    test('unless a runner with a higher token has begun to write, or the fork is another one', async () => {
      const progress = await fresh();
      await progress.publishMark(20, 0, 5);
      const before = await progress.read();
      expect(await progress.publishMark(30, 0, 4)).toBe(false);
      expect(await progress.publishMark(10, 0, 4)).toBe(false);
      expect(await progress.publishMark(30, 1, 6)).toBe(false);
      expect(await progress.publishMark(10, 1, 6)).toBe(false);
      expect(await progress.read()).toStrictEqual(before);
    });

    test('by many at once: the highest stands', async () => {
      const progress = await fresh();
      const marks = [13, 19, 11, 17, 12, 18, 14, 16, 15];
      const published = await Promise.all(marks.map((mark) => progress.publishMark(mark, 0, 1)));
      expect(published).toEqual(marks.map(() => true));
      expect((await progress.read()).mark).toBe(19);
    });
  });

  describe('moves the cursor (rules FOLLOW-6, FOLLOW-7, ACTIVITY-3)', () => {
    test('from where there is none, with all that goes with it', async () => {
      const progress = await fresh();
      const pinned = { ...blockAt(10), eraId: 3, proposer: '00' };
      const head = { ...blockAt(12), seenAt: '2026-01-01T00:00:00.000Z' };
      await progress.seeHead(head, 'casper');
      expect(await progress.moveCursor(moveOf(null, 10, { to: pinned, activityFrom: 9 }))).toBe(true);
      const first = {
        ...noProgress,
        network: 'casper',
        head,
        mark: 10,
        cursor: blockAt(10),
        followedFrom: 10,
        activityFrom: 9,
        protocolVersion: '2.0.0',
        logicVersion: 1,
        settings: 'settings-1',
        discovers: 'settings-1',
        leaseToken: 1,
      };
      expect(await progress.read()).toStrictEqual(first);
      expect(await progress.moveCursor(moveOf(null, 11))).toBe(false);
      expect(await progress.read()).toStrictEqual(first);
    });

    test('on, once, from where it was found, and no further than the mark says', async () => {
      const progress = await fresh();
      await progress.moveCursor(moveOf(null, 10));
      await progress.publishMark(15, 0, 1);
      const next = moveOf(10, 12, {
        followedFrom: 12,
        protocolVersion: '2.1.0',
        settings: 'settings-2',
        logicVersion: 2,
      });
      expect(await progress.moveCursor(next)).toBe(true);
      const moved = await progress.read();
      expect(moved).toMatchObject({ cursor: blockAt(12), mark: 15, followedFrom: 12, protocolVersion: '2.1.0' });
      expect(moved).toMatchObject({ settings: 'settings-2', logicVersion: 2, reconcileFrom: null });
      expect(await progress.moveCursor(next)).toBe(false);
      const reconcileFrom = { height: 16, reason: 'protocol', at: '2026-01-01T00:00:00.000Z' };
      const beyond = moveOf(12, 18, { logicVersion: 2, reconcileFrom });
      expect(await progress.moveCursor(beyond)).toBe(true);
      expect(await progress.read()).toMatchObject({ mark: 18, reconcileFrom });
      await progress.moveCursor(moveOf(18, 19, { logicVersion: 2 }));
      expect((await progress.read()).reconcileFrom).toStrictEqual(reconcileFrom);
    });

    test.each([
      ['is at another block', { from: blockAt(9) }],
      ['has another hash', { from: blockAt(10, 'other') }],
      ['was moved with a higher token', { leaseToken: 2 }],
      ['is on another fork', { fork: 1 }],
      ['was moved by a higher logic version', { logicVersion: 2 }],
    ])('unless it %s', async (_, parts) => {
      const progress = await fresh();
      await progress.moveCursor(moveOf(null, 10, { leaseToken: 3, logicVersion: 3 }));
      const before = await progress.read();
      expect(await progress.moveCursor(moveOf(10, 12, { leaseToken: 3, logicVersion: 3, ...parts }))).toBe(false);
      expect(await progress.read()).toStrictEqual(before);
    });

    test('for one of many', async () => {
      const progress = await fresh();
      await progress.moveCursor(moveOf(null, 10));
      const movers = [11, 12, 13, 14, 15, 16].map((to) => progress.moveCursor(moveOf(10, to)));
      const moved = await Promise.all(movers);
      expect(moved.filter(Boolean)).toHaveLength(1);
      expect((await progress.read()).cursor).toStrictEqual(blockAt(11 + moved.indexOf(true)));
    });

    test('and leaves a stall, markers and nodes as they are (rule ITEM-1)', async () => {
      const progress = await fresh();
      const stalled = { since: '2026-01-01T00:00:00.000Z', reason: 'chain' };
      const marker = { kind: 'asset', prefix: '', height: 3 };
      await progress.noteStall(stalled);
      await progress.invalidate(marker);
      await progress.moveCursor(moveOf(null, 10));
      expect(await progress.read()).toMatchObject({ stalled, invalidations: [marker] });
    });
  });

  describe('asks that everything is compared with the chain', () => {
    const at = (minute: number) => `2026-01-01T00:${String(minute).padStart(2, '0')}:00.000Z`;
    const asked = { height: 16, reason: 'protocol', at: at(10) };
    const askedFor = async (reconcileFrom = asked) => {
      const progress = await fresh();
      await progress.moveCursor(moveOf(null, 18, { reconcileFrom }));
      return progress;
    };

    test.each([
      ['at its height, since it was asked for', 16, at(11)],
      ['above it', 99, at(11)],
    ])('until it was done %s', async (_, height, since) => {
      const progress = await askedFor();
      const before = await progress.read();
      await progress.reconciled(height, since);
      expect(await progress.read()).toStrictEqual({ ...before, reconcileFrom: null });
      await progress.reconciled(height, since);
      expect(await progress.read()).toStrictEqual({ ...before, reconcileFrom: null });
    });

    test.each([
      ['below its height', 15, at(11)],
      ['in part before it was asked for', 16, at(9)],
      ['from the very moment on at which it was asked for', 16, at(10)],
    ])('still, where it was done %s', async (_, height, since) => {
      const progress = await askedFor();
      const before = await progress.read();
      await progress.reconciled(height, since);
      expect(await progress.read()).toStrictEqual(before);
    });

    test('again, where it was asked for anew meanwhile', async () => {
      const progress = await askedFor();
      const anew = { height: 20, reason: 'a gap', at: at(12) };
      await progress.moveCursor(moveOf(18, 20, { reconcileFrom: anew }));
      await progress.reconciled(18, at(30));
      await progress.reconciled(30, at(11));
      expect((await progress.read()).reconcileFrom).toStrictEqual(anew);
      await progress.reconciled(20, at(13));
      expect((await progress.read()).reconcileFrom).toBeNull();
    });

    test('never where nothing was followed', async () => {
      const progress = await fresh();
      await progress.reconciled(16, at(11));
      expect(await progress.read()).toStrictEqual(noProgress);
    });
  });

  describe('raises the logic version (rule ITEM-5)', () => {
    test('and follows from the cursor on, if that is where it was found', async () => {
      const progress = await fresh();
      expect(await progress.raiseLogicVersion(2, blockAt(10))).toBe(false);
      await progress.moveCursor(moveOf(null, 10));
      await progress.moveCursor(moveOf(10, 14));
      expect(await progress.raiseLogicVersion(2, blockAt(13))).toBe(false);
      expect(await progress.raiseLogicVersion(2, blockAt(14, 'other'))).toBe(false);
      expect(await progress.read()).toMatchObject({ logicVersion: 1, followedFrom: 10 });
      expect(await progress.raiseLogicVersion(2, blockAt(14))).toBe(true);
      expect(await progress.read()).toMatchObject({
        logicVersion: 2,
        followedFrom: 14,
        activityFrom: 14,
        cursor: blockAt(14),
      });
      expect(await progress.raiseLogicVersion(2, blockAt(14))).toBe(false);
      expect(await progress.raiseLogicVersion(1, blockAt(14))).toBe(false);
      expect(await progress.moveCursor(moveOf(14, 15))).toBe(false);
    });
  });

  describe('is asked to read every basis again', () => {
    test('until a cursor moves that knew of it', async () => {
      const progress = await fresh();
      await progress.moveCursor(moveOf(null, 10));
      expect((await progress.read()).settings).toBe('settings-1');
      await progress.askForBases();
      expect(await progress.read()).toMatchObject({ settings: null, basesAsked: 1, cursor: blockAt(10) });
      // Asked again while sync was at work: it knew of the first request alone.
      await progress.askForBases();
      await progress.moveCursor(moveOf(10, 11, { basesAsked: 1 }));
      const { settings, basesAsked } = await progress.read();
      expect(settings).toBeNull();
      await progress.moveCursor(moveOf(11, 12, { basesAsked }));
      expect((await progress.read()).settings).toBe('settings-1');
    });
  });

  describe('rewinds (rule FOLLOW-8)', () => {
    test('to a block, on the next fork', async () => {
      const progress = await fresh();
      await progress.moveCursor(moveOf(null, 10));
      await progress.moveCursor(moveOf(10, 20));
      await progress.seeHead({ ...blockAt(22), seenAt: '2026-11-24T10:00:00.000Z' }, 'casper');
      const before = await progress.read();
      expect(before).toMatchObject({ head: { height: 22 }, settings: 'settings-1' });
      expect(await progress.rewind(blockAt(15), 0)).toBe(true);
      const rewound = {
        ...before,
        fork: 1,
        rewinds: [{ fork: 1, height: 15 }],
        cursor: blockAt(15),
        mark: 15,
        followedFrom: 10,
        head: null,
        settings: null,
      };
      expect(await progress.read()).toStrictEqual(rewound);
      expect(await progress.rewind(blockAt(14), 0)).toBe(false);
      expect(await progress.publishMark(30, 0, 9)).toBe(false);
      expect(await progress.moveCursor(moveOf(15, 16))).toBe(false);
      expect(await progress.read()).toStrictEqual(rewound);
      expect(await progress.publishMark(16, 1, 2)).toBe(true);
      expect(await progress.moveCursor(moveOf(15, 16, { fork: 1, leaseToken: 2 }))).toBe(true);
    });

    test('also below what was followed, and again', async () => {
      const progress = await fresh();
      await progress.moveCursor(moveOf(null, 10));
      expect(await progress.rewind({ ...blockAt(8), extra: 1 } as ReturnType<typeof blockAt>, 0)).toBe(true);
      expect(await progress.read()).toMatchObject({ fork: 1, followedFrom: 8, mark: 8 });
      expect(await progress.rewind(blockAt(5), 1)).toBe(true);
      // The second covers the first.
      const rewinds = [{ fork: 2, height: 5 }];
      expect(await progress.read()).toMatchObject({ fork: 2, rewinds, cursor: blockAt(5), followedFrom: 5 });
    });

    test('with a list that stays short, and covers every earlier one', async () => {
      const progress = await fresh();
      await progress.moveCursor(moveOf(null, 10));
      for (let fork = 0; fork < 60; fork += 1) expect(await progress.rewind(blockAt(100 + fork), fork)).toBe(true);
      const { rewinds } = await progress.read();
      expect(rewinds).toHaveLength(50);
      for (let fork = 0; fork < 60; fork += 1) {
        const covered = rewinds.some((there) => there.fork >= fork + 1 && there.height <= 100 + fork);
        expect([fork, covered]).toEqual([fork, true]);
      }
      expect(rewinds.at(-1)).toStrictEqual({ fork: 60, height: 159 });
      expect(rewinds[0]).toStrictEqual({ fork: 11, height: 100, through: 110 });
    });

    test('and then takes a head of the new fork, at any height, and none of an abandoned one', async () => {
      const progress = await fresh();
      const headAt = (height: number) => ({ ...blockAt(height), seenAt: '2026-11-24T10:00:00.000Z' });
      await progress.moveCursor(moveOf(null, 10));
      await progress.seeHead(headAt(40), 'casper');
      await progress.rewind(blockAt(9), 0);
      await progress.seeHead(headAt(41), 'casper');
      expect((await progress.read()).head).toBeNull();
      await progress.seeHead(headAt(12), 'casper', 1);
      expect((await progress.read()).head).toStrictEqual(headAt(12));
      await progress.seeHead(headAt(42), 'casper');
      await progress.seeHead(headAt(11), 'casper', 1);
      expect((await progress.read()).head).toStrictEqual(headAt(12));
      await progress.seeHead(headAt(13), 'casper', 1);
      expect((await progress.read()).head).toStrictEqual(headAt(13));
    });

    test('once, of many callers', async () => {
      const progress = await fresh();
      await progress.moveCursor(moveOf(null, 10));
      const asked = [9, 8, 7, 6].map((height) => progress.rewind(blockAt(height), 0));
      expect((await Promise.all(asked)).filter(Boolean)).toHaveLength(1);
      expect((await progress.read()).rewinds).toHaveLength(1);
    });
  });

  describe('notes a stall', () => {
    const stalled = { since: '2026-01-01T00:00:00.000Z', reason: 'chain' };

    test('once, and once of its end', async () => {
      const progress = await fresh();
      expect(await progress.noteStall(null)).toBe(false);
      const noted = await Promise.all(Array.from({ length: 6 }, () => progress.noteStall(stalled)));
      expect(noted.filter(Boolean)).toHaveLength(1);
      expect(await progress.noteStall({ ...stalled, reason: 'another' })).toBe(false);
      expect(await progress.read()).toStrictEqual({ ...noProgress, stalled });
      const ended = await Promise.all(Array.from({ length: 6 }, () => progress.noteStall(null)));
      expect(ended.filter(Boolean)).toHaveLength(1);
      expect(await progress.read()).toStrictEqual(noProgress);
      expect(await progress.noteStall(stalled)).toBe(true);
    });
  });

  describe('keeps markers of invalidation (rule TRACK-4)', () => {
    test('one after the other, but none that another one covers', async () => {
      const progress = await fresh();
      const narrow = { kind: 'asset', prefix: 'aa:', height: 10 };
      const other = { kind: 'asset', prefix: 'bb:', height: 12 };
      const wide = { kind: 'asset', prefix: '', height: 11 };
      expect(await progress.invalidate(narrow)).toEqual([narrow]);
      expect(await progress.invalidate(other)).toEqual([narrow, other]);
      expect(await progress.invalidate({ ...narrow, height: 9 })).toEqual([narrow, other]);
      expect(await progress.invalidate(wide)).toEqual([other, wide]);
      expect((await progress.read()).invalidations).toStrictEqual([other, wide]);
    });

    test('of which several at once are all kept', async () => {
      const progress = await fresh();
      const markers = Array.from({ length: 5 }, (_, at) => ({ kind: 'asset', prefix: `p${at}:`, height: at }));
      await Promise.all(markers.map((marker) => progress.invalidate(marker)));
      const kept = (await progress.read()).invalidations;
      expect(kept.toSorted((a, b) => a.height - b.height)).toEqual(markers);
    });

    test('at most fifty', async () => {
      const progress = await fresh();
      const marker = (at: number) => ({ kind: 'asset', prefix: `c${String(at).padStart(2, '0')}:`, height: at });
      for (let at = 0; at < 52; at++) await progress.invalidate(marker(at));
      const { invalidations } = await progress.read();
      expect(invalidations).toHaveLength(50);
      expect(invalidations.slice(0, 2)).toEqual([{ kind: 'asset', prefix: 'c0', height: 2 }, marker(3)]);
      expect(invalidations.at(-1)).toEqual(marker(51));
    });
  });

  describe('keeps the latest ticks', () => {
    const tick = (minute: number) => tickOf({ at: `2026-01-01T00:${String(minute).padStart(2, '0')}:00.000Z` });

    test('newest first, twenty of them', async () => {
      const progress = await fresh();
      expect(await progress.ticks()).toEqual([]);
      const failed = tickOf({ from: null, to: null, stoppedBy: 'chain', reason: 'no node can answer' });
      await progress.noteTick(failed);
      expect(await progress.ticks()).toStrictEqual([failed]);
      for (let minute = 1; minute <= 45; minute++) await progress.noteTick(tick(minute));
      expect(await progress.ticks()).toStrictEqual(Array.from({ length: 20 }, (_, at) => tick(45 - at)));
      expect(await progress.read()).toStrictEqual(noProgress);
    });

    test('of several at once, each of them', async () => {
      const progress = await fresh();
      for (let minute = 0; minute < 35; minute++) await progress.noteTick(tick(minute));
      const late = Array.from({ length: 12 }, (_, at) => tick(40 + at));
      await Promise.all(late.map((one) => progress.noteTick(one)));
      const ticks = await progress.ticks();
      expect(ticks).toHaveLength(20);
      expect(
        ticks
          .map(({ at }) => at)
          .sort()
          .slice(-12),
      ).toEqual(late.map(({ at }) => at));
      expect(ticks.slice(12)).toEqual(Array.from({ length: 8 }, (_, at) => tick(34 - at)));
    });
  });

  describe('knows the hot keys', () => {
    const now = 1_767_225_600_000;

    test('by more processes first, then by rank', async () => {
      const progress = await fresh();
      const [one, two, three] = ofDifferentSlots(3);
      await progress.saveHotKeys(one, ['a', 'b', 'c'], now);
      await progress.saveHotKeys(two, ['d', 'c', 'a'], now);
      await progress.saveHotKeys(three, ['c', 'e'], now);
      expect(await progress.hotKeys(now)).toEqual(['c', 'a', 'd', 'b', 'e']);
    });

    test('lately: a report replaces the one before of the same process, and is forgotten after a quarter of an hour', async () => {
      const progress = await fresh();
      const [one, two] = ofDifferentSlots(2);
      expect(await progress.hotKeys(now)).toEqual([]);
      await progress.saveHotKeys(one, ['a', 'b'], now);
      await progress.saveHotKeys(one, ['b'], now + 60_000);
      await progress.saveHotKeys(two, ['old'], now);
      expect(await progress.hotKeys(now + 14 * 60_000)).toEqual(['b', 'old']);
      expect(await progress.hotKeys(now + 15 * 60_000)).toEqual(['b']);
      expect(await progress.hotKeys(now + 16 * 60_000)).toEqual([]);
    });
  });
});

/** Names of processes that do not share a slot. */
function ofDifferentSlots<Count extends number>(count: Count) {
  const bySlot = new Map(Array.from({ length: 40 }, (_, at) => [hotKeySlotOf(`process-${at}`), `process-${at}`]));
  return [...bySlot.values()].slice(0, count) as [string, string, string];
}
