import { describe, expect, test } from '@jest/globals';
import { noProgress } from '../../../lib/domain/progress.ts';
import { blockAt, tickOf } from '../samples.ts';
import { onBoth } from '../subjects.ts';

onBoth((create) => {
  const fresh = async () => (await create()).store;

  describe('keeps progress', () => {
    const headAt = (height: number, seconds: number, hash?: string) => ({
      ...blockAt(height, hash),
      seenAt: `2026-01-01T00:00:${String(seconds).padStart(2, '0')}.000Z`,
    });

    test('which is empty at first', async () => {
      const { progress } = await fresh();
      expect(await progress.read()).toStrictEqual(noProgress);
    });

    test('with the first network that was seen', async () => {
      const { progress } = await fresh();
      await progress.seeHead(headAt(10, 1), 'casper');
      await progress.seeHead(headAt(11, 1), 'casper-test');
      expect(await progress.read()).toStrictEqual({ ...noProgress, network: 'casper', head: headAt(11, 1) });
    });

    test('with a head that never falls, and for one block keeps the later moment (rule ITEM-1)', async () => {
      const { progress } = await fresh();
      const steps = [
        [headAt(10, 5), headAt(10, 5)],
        [headAt(9, 9), headAt(10, 5)],
        [headAt(10, 4), headAt(10, 5)],
        [headAt(10, 6), headAt(10, 6)],
        [headAt(10, 8, 'other'), headAt(10, 6)],
        [headAt(11, 1), headAt(11, 1)],
      ] as const;
      for (const [seen, kept] of steps) {
        await progress.seeHead(seen, 'casper');
        expect((await progress.read()).head).toStrictEqual(kept);
      }
    });

    test('and gives a lease to one of many, until it ends', async () => {
      const { progress } = await fresh();
      const takers = Array.from({ length: 10 }, (_, at) => progress.takeLease('sync', `owner-${at}`, 100, 115));
      expect((await Promise.all(takers)).filter(Boolean)).toHaveLength(1);
      expect(await progress.takeLease('other', 'late', 100, 115)).toBe(true);
      expect(await progress.takeLease('sync', 'late', 114, 130)).toBe(false);
      expect(await progress.takeLease('sync', 'late', 115, 130)).toBe(true);
      expect(await progress.takeLease('sync', 'late', 115, 130)).toBe(false);
      expect(await progress.read()).toStrictEqual(noProgress);
    });

    test('and holds no process up until the end of a lease that a clock far ahead has set', async () => {
      const { progress } = await fresh();
      const hour = 3_600_000;
      expect(await progress.takeLease('read', 'ahead', hour, hour + 15)).toBe(true);
      expect(await progress.takeLease('read', 'right', 100, 115)).toBe(true);
      expect(await progress.takeLease('read', 'late', 100, 115)).toBe(false);
      expect(await progress.acquireSyncLease('ahead', hour, hour + 15)).toBe(1);
      expect(await progress.acquireSyncLease('right', 100, 115)).toBe(2);
      expect(await progress.acquireSyncLease('late', 100, 115)).toBeUndefined();
      // Clocks differ a little.
      expect(await progress.takeLease('other', 'one', 30_000, 45_000)).toBe(true);
      expect(await progress.takeLease('other', 'two', 0, 15_000)).toBe(false);
    });

    test('and says how long a lease runs, which its owner alone ends early', async () => {
      const { progress } = await fresh();
      expect(await progress.leasedUntil('read', 100)).toBeUndefined();
      await progress.takeLease('read', 'one', 100, 115);
      expect(await progress.leasedUntil('read', 114)).toBe(115);
      expect(await progress.leasedUntil('read', 115)).toBeUndefined();
      await progress.endLease('read', 'other');
      expect(await progress.takeLease('read', 'other', 110, 130)).toBe(false);
      await progress.endLease('read', 'one');
      expect(await progress.leasedUntil('read', 110)).toBeUndefined();
      expect(await progress.takeLease('read', 'other', 110, 130)).toBe(true);
      await progress.endLease('read', 'one');
      expect(await progress.leasedUntil('read', 110)).toBe(130);
      await progress.endLease('never taken', 'one');
      expect(await progress.leasedUntil('never taken', 110)).toBeUndefined();
    });

    test('and keeps the change of a node that was made from its latest state (rule ITEM-1)', async () => {
      const { progress } = await fresh();
      const memory = (token: number, by: string) => ({
        token,
        by,
        changedAt: 1_000,
        open: true,
        probeAt: 2_000,
        failedProbes: 0,
        pausedUntil: 0,
        reason: 'timeout: no answer in time',
      });
      const noters = Array.from({ length: 10 }, (_, at) => progress.noteNode('n1:7777/rpc', memory(1, `p${at}`), 0));
      const noted = await Promise.all(noters);
      const winner = noted.find(({ kept }) => kept)?.there;
      expect(noted.map(({ kept }) => kept).filter(Boolean)).toHaveLength(1);
      for (const { there } of noted) expect(there).toStrictEqual(winner);
      await progress.noteNode('n2', memory(1, 'q'), 0);
      const next = { ...memory(2, 'r'), open: false, reason: null };
      expect(await progress.noteNode('n1:7777/rpc', next, 1)).toStrictEqual({ kept: true, there: next });
      expect(await progress.noteNode('n1:7777/rpc', memory(2, 'late'), 1)).toStrictEqual({ kept: false, there: next });
      expect(await progress.noteNode('unknown', memory(5, 'q'), 4)).toStrictEqual({ kept: false, there: undefined });
      await progress.seeHead(headAt(10, 5), 'casper');
      expect(await progress.read()).toStrictEqual({
        ...noProgress,
        network: 'casper',
        head: headAt(10, 5),
        nodes: { 'n1:7777/rpc': next, n2: memory(1, 'q') },
      });
    });
  });

  test('keeps at most 50 nodes, and forgets those that have not changed for longest', async () => {
    const { progress } = await fresh();
    const memory = (changedAt: number) => ({
      token: 1,
      by: 'p',
      changedAt,
      open: false,
      probeAt: 0,
      failedProbes: 0,
      pausedUntil: 0,
      reason: null,
    });
    for (let at = 1; at <= 52; at += 1) await progress.noteNode(`n${at}`, memory(at), 0);
    const { nodes } = await progress.read();
    expect(Object.keys(nodes).sort()).toEqual(Array.from({ length: 50 }, (_, at) => `n${at + 3}`).sort());
    expect(await progress.noteNode('n1', { ...memory(60), token: 2 }, 1)).toEqual({ kept: false, there: undefined });
  });

  test('keeps the beginning of a long reason: of a node, a stall and a tick', async () => {
    const { progress } = await fresh();
    const reason = 'x'.repeat(100_000);
    const node = { token: 1, by: 'p', changedAt: 1, open: true, probeAt: 0, failedProbes: 0, pausedUntil: 0, reason };
    await progress.noteNode('n1', node, 0);
    await progress.noteStall({ since: '2026-01-01T00:00:00.000Z', reason });
    await progress.noteTick(tickOf({ reason }));
    const { nodes, stalled } = await progress.read();
    const [tick] = await progress.ticks();
    for (const kept of [nodes.n1?.reason, stalled?.reason, tick?.reason]) expect(kept).toMatch(/^x{499}…$/);
  });

  describe('keeps the directory of validators', () => {
    const span = (oldest: number, newest: number, validators: string[] = []) => ({
      validators,
      newest: blockAt(newest),
      oldest,
      next: oldest === 0 ? null : `hash-${oldest - 1}`,
    });

    test('which is empty at first, and only gains names', async () => {
      const { progress } = await fresh();
      expect(await progress.directory()).toEqual({ validators: [], newest: null, oldest: null, next: null });
      await progress.growDirectory({ validators: ['02', '01'], newest: null, oldest: null, next: null });
      await Promise.all([
        progress.growDirectory(span(50, 60, ['03', '01'])),
        progress.growDirectory({ validators: ['04'], newest: null, oldest: null, next: null }),
      ]);
      expect(await progress.directory()).toEqual(span(50, 60, ['01', '02', '03', '04']));
    });

    test.each([
      ['one that overlaps above', span(55, 70), span(50, 70)],
      ['one right above', span(61, 70), span(50, 70)],
      ['one that overlaps below', span(40, 52), span(40, 60)],
      ['one right below, down to genesis', span(0, 49), span(0, 60)],
      ['one around it', span(40, 70), span(40, 70)],
      ['one inside it', span(52, 58), span(50, 60)],
      ['one far above, beyond a gap', span(63, 70), span(50, 60)],
      ['one far below, beyond a gap', span(20, 47), span(50, 60)],
    ])('and grows its span by %s, without a gap', async (_, seen, grown) => {
      const { progress } = await fresh();
      await progress.growDirectory(span(50, 60));
      await progress.growDirectory(seen);
      expect(await progress.directory()).toEqual(grown);
    });

    test('and loses no ground to several growers at once', async () => {
      const { progress } = await fresh();
      await progress.growDirectory(span(50, 60));
      const growers = [span(20, 70, ['a']), span(30, 80, ['b']), span(45, 65, ['c']), span(50, 90, ['d'])];
      await Promise.all(growers.map((seen) => progress.growDirectory(seen)));
      expect(await progress.directory()).toEqual(span(20, 90, ['a', 'b', 'c', 'd']));
    });
  });
});
