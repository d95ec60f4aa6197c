import { randomUUID } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Traffic } from '../../domain/ports/process.ts';
import type { Clock } from '../../domain/ports/telemetry.ts';

/** Keys that are counted at a time; whoever has not been read for so many others is not hot. */
const maxKeys = 2_000;
const told = 20;
const everyMs = 60_000;
/** Of what was read before, what still counts a minute later. */
const keptShare = 0.5;
/** Less than one reading in the last minute. */
const forgottenBelow = 0.5;

/** `chance`: from 0 up to 1, and never 1 itself. */
export function createTraffic(clock: Clock, chance: () => number = Math.random): Traffic {
  const since = clock.now();
  const byKind = new Map<string, { cache: number; chain: number; database: number; absent: number }>();
  const reads = new LRUCache<string, { count: number }>({ max: maxKeys });
  let toldAt = since;

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
      return clock.now() - toldAt >= everyMs && reads.size > 0;
    },
    drainHotKeys() {
      toldAt = clock.now();
      const hottest = [...reads.entries()].sort(([, one], [, other]) => other.count - one.count).slice(0, told);
      cool();
      return hottest.map(([key]) => key);
    },

    isDrawn: (share) => chance() < share,
  };
}
