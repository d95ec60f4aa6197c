import { LRUCache } from 'lru-cache';
import type { Memory, Remembered } from '../../domain/ports/process.ts';
import type { Clock } from '../../domain/ports/telemetry.ts';
import type { Head } from '../../domain/progress.ts';
import { createCallBudget } from './call-budget.ts';

const rememberedMs = 5_000;
const headEveryMs = 1_000;
const minuteMs = 60_000;

export function createMemory(clock: Clock, maxEntries = 10_000): Memory {
  const entries = new LRUCache<string, Remembered>({
    max: maxEntries,
    ttl: rememberedMs,
    perf: clock,
    ttlResolution: 0,
  });
  const served = new LRUCache<string, number>({ max: maxEntries });
  const begun = new LRUCache<string, true>({ max: maxEntries, perf: clock, ttlResolution: 0 });
  const counters = new LRUCache<string, { count: number }>({
    max: maxEntries,
    ttl: minuteMs,
    perf: clock,
    ttlResolution: 0,
  });
  const flights = new Map<string, Promise<unknown>>();
  let head: Head | undefined;
  /** The newest one of a lower height. */
  let headBefore: Head | undefined;
  let publishedAt = Number.NEGATIVE_INFINITY;
  let fork = 0;

  return {
    enter(now) {
      if (now === fork) return;
      fork = now;
      head = undefined;
      headBefore = undefined;
      entries.clear();
      served.clear();
    },
    fork: () => fork,
    entry: (key) => entries.get(key),
    remember: (key, remembered) => void entries.set(key, remembered),
    served: (key) => served.get(key) ?? 0,
    serve: (key, height) => void served.set(key, Math.max(height, served.get(key) ?? 0)),

    flight<T>(key: string, read: () => Promise<T>): Promise<T> {
      const running = flights.get(key) as Promise<T> | undefined;
      if (running !== undefined) return running;
      const started = read().finally(() => flights.delete(key));
      flights.set(key, started);
      return started;
    },

    once(key, milliseconds) {
      if (begun.has(key)) return false;
      begun.set(key, true, { ttl: milliseconds });
      return true;
    },

    allows(key, perMinute) {
      const counter = counters.get(key) ?? { count: 0 };
      if (counter.count === 0) counters.set(key, counter);
      counter.count += 1;
      return counter.count <= perMinute;
    },
    absentCalls: createCallBudget(clock),

    head: () => head,
    seeHead(seen) {
      if (head !== undefined && seen.height < head.height) return;
      if (head !== undefined && seen.height > head.height) headBefore = head;
      head = seen;
    },
    forgetHead({ hash }) {
      if (head?.hash !== hash) return;
      head = headBefore;
      headBefore = undefined;
    },
    unpublishedHead() {
      if (clock.now() - publishedAt < headEveryMs) return undefined;
      publishedAt = clock.now();
      return head;
    },
  };
}
