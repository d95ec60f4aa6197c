import { randomUUID } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Traffic } from '../../domain/ports/process.ts';
import type { Clock } from '../../domain/ports/telemetry.ts';

/** How many keys are counted at a time; the key that was not read for longest makes room. */
const maxKeys = 2_000;
const reportedKeys = 20;
const reportEveryMs = 60_000;
/** Share of a key's count that is kept after each report. */
const keptShare = 0.5;
/** A key with a lower count was not read in the last minute. */
const forgottenBelow = 0.5;

/** `chance` gives a number from 0 up to, but not including, 1. */
export function createTraffic(clock: Clock, chance: () => number = Math.random): Traffic {
  const since = clock.now();
  const byKind = new Map<string, { cache: number; chain: number; database: number; absent: number }>();
  const reads = new LRUCache<string, { count: number }>({ max: maxKeys });
  let reportedAt = clock.steady();

  function cool(): void {
    for (const [key, read] of [...reads.entries()]) {
      read.count *= keptShare;
      if (read.count < forgottenBelow) reads.delete(key);
    }
  }

  return {
    since,
    process: randomUUID(),

    answered({ ref, source, data }) {
      let answers = byKind.get(ref.kind);
      if (answers === undefined) {
        answers = { cache: 0, chain: 0, database: 0, absent: 0 };
        byKind.set(ref.kind, answers);
      }
      answers[source] += 1;
      if (data === null) answers.absent += 1;
    },
    answers: () => structuredClone(Object.fromEntries(byKind)),

    read(key) {
      const read = reads.get(key);
      if (read === undefined) reads.set(key, { count: 1 });
      else read.count += 1;
    },
    get hotKeysAreDue() {
      return clock.steady() - reportedAt >= reportEveryMs && reads.size > 0;
    },
    drainHotKeys() {
      reportedAt = clock.steady();
      const hottest = [...reads.entries()].sort(([, a], [, b]) => b.count - a.count).slice(0, reportedKeys);
      cool();
      return hottest.map(([key]) => key);
    },

    isDrawn: (share) => chance() < share,
  };
}
