import { LRUCache } from 'lru-cache';
import type { Memory, Remembered } from '../../domain/ports/process.ts';
import type { Clock } from '../../domain/ports/telemetry.ts';
import type { Head } from '../../domain/progress.ts';
import { createCallBudget } from './call-budget.ts';

const rememberedMs = 5_000;
const headEveryMs = 1_000;
const minuteMs = 60_000;
/** Some hours of blocks. */
const rememberedSights = 1_000;
/** Between two looks at the chain, in blocks. */
const mostUnwatched = 8;

export function createMemory(clock: Clock, maxEntries = 10_000): Memory {
  const entries = new LRUCache<string, Remembered>({
    max: maxEntries,
    ttl: rememberedMs,
    perf: { now: clock.steady },
    ttlResolution: 0,
  });
  const served = new LRUCache<string, number>({ max: maxEntries });
  const begun = new LRUCache<string, true>({ max: maxEntries, perf: { now: clock.steady }, ttlResolution: 0 });
  const counters = new LRUCache<string, { count: number }>({
    max: maxEntries,
    ttl: minuteMs,
    perf: { now: clock.steady },
    ttlResolution: 0,
  });
  const places = new Map<string, number>();
  const recent = new LRUCache<string, Promise<unknown>>({ max: 100, perf: { now: clock.steady }, ttlResolution: 0 });
  const standing = new Map<string, ReadonlyMap<string, number>>();
  const flights = new Map<string, Promise<unknown>>();
  let head: Head | undefined;
  /** By the steady clock: when the newest head was last seen. */
  let seenAt = 0;
  /** The newest one of a lower height. */
  let headBefore: Head | undefined;
  /** When each height was first seen, lowest first. */
  const sights: { readonly height: number; readonly at: number }[] = [];
  let publishedAt = Number.NEGATIVE_INFINITY;
  let sweptAt = clock.steady();
  let fork = 0;

  /** Each entry holds the snapshot of its second: those of keys that are not read again must not wait to be pushed out. */
  function sweep(): void {
    if (clock.steady() - sweptAt < rememberedMs) return;
    sweptAt = clock.steady();
    entries.purgeStale();
  }

  function noteSight(height: number): void {
    if (height <= (sights.at(-1)?.height ?? -1)) return;
    sights.push({ height, at: clock.steady() });
    if (sights.length > rememberedSights) sights.shift();
  }

  return {
    enter(now) {
      if (now === fork) return;
      fork = now;
      head = undefined;
      headBefore = undefined;
      sights.length = 0;
      entries.clear();
      served.clear();
    },
    fork: () => fork,
    entry: (key) => entries.get(key),
    remember(key, remembered) {
      sweep();
      entries.set(key, remembered);
    },
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

    recent<T>(key: string, milliseconds: number, read: () => Promise<T>, keeps: (value: T) => boolean = () => true) {
      const known = recent.get(key) as Promise<T> | undefined;
      if (known !== undefined) return known;
      const asked = read();
      recent.set(key, asked, { ttl: milliseconds });
      const drop = () => recent.peek(key) === asked && recent.delete(key);
      // A failure is no outcome to keep.
      asked.then((value) => keeps(value) || drop(), drop);
      return asked;
    },

    standing(group, keys) {
      const before = standing.get(group);
      const now = new Map(keys.map((key) => [key, before?.get(key) ?? clock.now()]));
      standing.set(group, now);
      return now;
    },

    takePlace(key, most) {
      const taken = places.get(key) ?? 0;
      if (taken >= most) return undefined;
      places.set(key, taken + 1);
      return () => void places.set(key, (places.get(key) ?? 1) - 1);
    },
    allows(key, perMinute) {
      const counter = counters.get(key) ?? { count: 0 };
      if (counter.count === 0) counters.set(key, counter);
      counter.count += 1;
      return counter.count <= perMinute;
    },
    absentCalls: createCallBudget(clock),

    head: () => (head === undefined ? undefined : { ...head, seenAt: iso(seenAt) }),
    seeHead(seen) {
      if (head !== undefined && seen.height < head.height) return;
      // Rule CLAIM-7: from here on the time since is counted by the steady clock, whatever the wall clock does.
      seenAt = clock.steady() - Math.max(0, clock.now() - Date.parse(seen.seenAt));
      if (head !== undefined && seen.height > head.height) headBefore = head;
      head = seen;
      noteSight(seen.height);
    },
    forgetHead({ hash }) {
      if (head?.hash !== hash) return;
      head = headBefore;
      seenAt = head === undefined ? 0 : Math.min(seenAt, Date.parse(head.seenAt));
      headBefore = undefined;
    },
    noteSight,
    firstSightAbove(height) {
      // From the newest one: what is asked for is nearly always among the last.
      const index = sights.findLastIndex((sight) => sight.height <= height);
      const [before, first] = [sights[index], sights[index + 1]];
      if (before === undefined || first === undefined) return undefined;
      // Frozen, or without a request: the blocks in between came at some time before.
      return first.height - before.height > mostUnwatched ? undefined : first.at;
    },
    unpublishedHead() {
      if (clock.steady() - publishedAt < headEveryMs) return undefined;
      publishedAt = clock.steady();
      return head && { ...head, seenAt: iso(clock.now() - (clock.steady() - seenAt)) };
    },
  };
}

const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();
