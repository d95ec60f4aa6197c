import { describe, expect, test } from '@jest/globals';
import { pause } from '../../../lib/domain/deadline.ts';
import { followToTip } from '../../../lib/usecases/following/follow-to-tip.ts';
import { holdSyncLease } from '../../../lib/usecases/following/sync-lease.ts';
import { runTick } from '../../../lib/usecases/following/tick.ts';
import { questionsOf } from '../../recorded-truth/questions.ts';
import { inVirtualTime } from '../../support/in-virtual-time.ts';
import type { MemoryTables } from '../../support/memory-store.ts';
import { recordedTruth } from '../../support/recorded-truth.ts';
import { askAll } from './follow.ts';
import { createWorld } from './world.ts';

const renewEveryMs = 5_000;

/** As another runner does once the lease has expired. */
function takeOver(tables: MemoryTables): void {
  const { token } = tables.syncLease;
  tables.syncLease = { owner: 'another runner', token: token + 1, until: Number.MAX_SAFE_INTEGER };
}

describe('rule FOLLOW-9: a runner whose lease another runner has taken', () => {
  test('learns it when it next renews the lease', async () => {
    const world = await createWorld();
    await inVirtualTime(async () => {
      const lease = await holdSyncLease(world.process());
      await pause(3 * renewEveryMs + 1);
      expect(lease?.lost.aborted).toBe(false);
      takeOver(world.tables);
      await pause(renewEveryMs);
      expect(lease?.lost.aborted).toBe(true);
      await lease?.end();
      expect(world.tables.syncLease.owner).toBe('another runner');
    });
  });

  test('keeps on when a renewal fails: the store may be back before the lease expires', async () => {
    const world = await createWorld();
    await inVirtualTime(async () => {
      let failures = 0;
      const service = world.process({
        onCall(name) {
          if (name !== 'progress.renewSyncLease') return;
          failures += 1;
          throw new Error('the store is away');
        },
      });
      const lease = await holdSyncLease(service);
      await pause(2 * renewEveryMs + 1);
      expect([failures, lease?.lost.aborted]).toEqual([2, false]);
      await lease?.end();
    });
  });

  test('stops: from then on it asks no node, and it does not move the cursor', async () => {
    const [from, to] = [32, 41];
    const world = await createWorld({ height: from });
    await runTick(world.process());
    await askAll(questionsOf(recordedTruth('chain-a')), world.process());
    world.setHeight(to);
    await inVirtualTime(async () => {
      const began = Date.now();
      let isMarked = false;
      const late: string[] = [];
      const runner = world.process({
        onCall(call) {
          isMarked ||= call === 'progress.publishMark';
        },
        async onRequest(method) {
          if (Date.now() - began > renewEveryMs) late.push(method);
          if (!isMarked || world.tables.syncLease.owner === 'another runner') return;
          takeOver(world.tables);
          // The reading that is on its way ends, and may be saved: two runners at once are safe.
          await pause(2 * renewEveryMs);
        },
      });
      const { tick } = await followToTip(runner);
      expect(tick).toMatchObject({ from: null, to: null });
      expect(['overtaken', 'chain']).toContain(tick.stoppedBy);
      expect(late).toEqual([]);
      expect(world.tables.progress).toMatchObject({ cursor: { height: from }, mark: to });
      expect(world.tables.syncLease.owner).toBe('another runner');
    });
  });
});
