import { describe, expect, test } from '@jest/globals';
import { refKey } from '../../../lib/domain/entity.ts';
import type { EntityRecord } from '../../../lib/domain/record.ts';
import { followToTip } from '../../../lib/usecases/following/follow-to-tip.ts';
import { questionsOf } from '../../recorded-truth/questions.ts';
import type { MemoryTables } from '../../support/memory-store.ts';
import { recordedTruth } from '../../support/recorded-truth.ts';
import { askAll, keyOf, wrongAnswers } from '../following/follow.ts';
import { liquidOf } from '../following/liquid.ts';
import { createWorld } from '../following/world.ts';
import { noCounts, reconcile } from './run.ts';

const anHour = 3_600_000;

describe.each(['chain-a', 'chain-d'] as const)('A store that has followed %s', (recording) => {
  const truth = recordedTruth(recording);
  const liquid = liquidOf[recording];
  const questions = questionsOf(truth, liquid);

  async function followed() {
    const from = Math.floor((truth.lastHeight * 2) / 3);
    const world = await createWorld({ recording, height: from, liquid });
    const service = world.process();
    await followToTip(service);
    await askAll(questions, service);
    world.setHeight(truth.lastHeight);
    expect((await followToTip(service)).tick.stoppedBy).toBe('done');
    world.pass(anHour);
    return { world, service };
  }

  test('matches the chain; a record whose basis has changed is behind, and is read again', async () => {
    const { world, service } = await followed();
    const { run, tally } = await reconcile(service);
    const { counts } = tally;
    const records = world.tables.records.size;
    expect(run).toMatchObject({ status: 'finished', block: truth.block(truth.lastHeight) });
    expect(counts).toMatchObject({ missed: 0, conflict: 0, unverifiable: 0, skipped: 0, review: 0 });
    expect(counts.match + counts.behind).toBe(records);
    expect(counts.fixed).toBe(counts.behind);
    const known = new Map(questions.map((question) => [keyOf(question, service), question]));
    for (const { ref, finding, height, through } of tally.samples) {
      expect(finding).toBe('behind');
      // No record that was claimed through the compared block is behind, and each claim was true at the block that it went through.
      expect(through).toBeLessThan(truth.lastHeight);
      expect(through).toBeGreaterThanOrEqual(height);
      const question = known.get(refKey(ref));
      expect(question).toBeDefined();
      expect(question?.truth(through)).toEqual(question?.truth(height));
    }
    expect(run.coverage).toMatchObject({ records, verified: records });
    const answers = await askAll(questions, service);
    expect(wrongAnswers(questions, answers, truth)).toEqual([]);
  });

  test('matches again in a second run, which writes only dates of verification', async () => {
    const { world, service } = await followed();
    await reconcile(service);
    const before = undated(world.tables);
    world.pass(anHour);
    const { tally } = await reconcile(service);
    expect(tally.counts).toEqual({ ...noCounts, match: world.tables.records.size });
    expect(undated(world.tables)).toEqual(before);
    const dates = new Set([...world.tables.records.values()].map(({ checkedAt }) => checkedAt));
    expect([...dates]).toEqual([new Date(service.clock.now()).toISOString()]);
  });
});

/** All records, trails, conflicts, watches and cache entries, without dates of verification. */
function undated({ records, audit, conflicts, watches, cache }: MemoryTables): object {
  const plain = [...records].map(([key, { checkedAt: _, ...record }]): [string, Omit<EntityRecord, 'checkedAt'>] => [
    key,
    record,
  ]);
  return structuredClone({
    records: plain,
    audit: [...audit],
    conflicts: [...conflicts],
    watches: [...watches],
    cache: [...cache],
  });
}
