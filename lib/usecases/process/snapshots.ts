import type { Snapshot } from '../../domain/claim.ts';
import { isEdited } from '../../domain/compare.ts';
import type { Snapshots } from '../../domain/ports/process.ts';
import type { ProgressStore } from '../../domain/ports/progress-store.ts';
import type { Records } from '../../domain/ports/records.ts';
import type { Clock } from '../../domain/ports/telemetry.ts';
import type { Progress } from '../../domain/progress.ts';
import type { EntityRecord } from '../../domain/record.ts';
import { createStoredHead } from './stored-head.ts';

const maxAgeMs = 1_000;
/** Rule CLAIM-9. For so long an invalidation or a rewind may stay unknown to a process while it cannot read the store. */
const keptMs = 15_000;
/** A store that has refused is not asked again at once. */
const askedAgainMs = 1_000;

export const basisKind = 'basis';
export const basisRef = (name: string) => ({ kind: basisKind, id: name });

/** Rule CLAIM-1: the progress was read before any of the bases, so no basis is older than the cursor. */
interface Held extends Snapshot {
  readonly readAt: number;
  /** Bases that are being read; concurrent callers share the read. */
  readonly reading: Map<string, Promise<void>>;
  readonly ready: Map<string, EntityRecord | undefined>;
}

/** Holds one snapshot. The first request that finds it older than a second replaces it as a whole. */
export function createSnapshots(store: { progress: ProgressStore; records: Records; clock: Clock }): Snapshots {
  const storedHead = createStoredHead();
  let held: Held | undefined;
  let renewing: Promise<Held> | undefined;
  let failedAt = Number.NEGATIVE_INFINITY;

  async function renew(): Promise<Held> {
    const readAt = store.clock.steady();
    const progress = await store.progress.read().catch((error: unknown) => {
      failedAt = store.clock.steady();
      throw error;
    });
    return hold(progress, readAt);
  }

  function hold(read: Progress, readAt: number): Held {
    const progress = { ...read, head: storedHead(read.head, readAt) };
    const ready = new Map<string, EntityRecord | undefined>();
    const snapshot: Held = { progress, readAt, reading: new Map(), ready, basis: (name) => ready.get(name) };
    // One that was read later may have come first.
    if (held === undefined || held.readAt <= readAt) held = snapshot;
    return snapshot;
  }

  async function readBases(names: readonly string[], ready: Held['ready']): Promise<void> {
    const records = await store.records.getMany(names.map(basisRef));
    names.forEach((name, index) => {
      // A basis that was learned in the meantime is newer than the one that was read.
      if (ready.has(name)) return;
      const record = records[index];
      // A row that was edited outside this service is not used as a basis.
      ready.set(name, record === undefined || isEdited(record) ? undefined : record);
    });
  }

  const heldFor = (milliseconds: number): Held | undefined =>
    held !== undefined && store.clock.steady() - held.readAt <= milliseconds ? held : undefined;
  const young = () => heldFor(maxAgeMs);

  function renewed(): Promise<Held> {
    renewing ??= renew().finally(() => {
      renewing = undefined;
    });
    return renewing;
  }

  return {
    held: young,

    kept() {
      const snapshot = heldFor(keptMs);
      return snapshot && { snapshot, hasFailed: store.clock.steady() - failedAt < askedAgainMs };
    },

    current: async () => young() ?? renewed(),
    renewed,

    adopt: hold,

    async withBases(snapshot, names) {
      const { reading, ready } = snapshot as Held;
      const missing = names.filter((name) => !ready.has(name) && !reading.has(name));
      if (missing.length > 0) {
        const begun = readBases(missing, ready);
        for (const name of missing) {
          reading.set(name, begun);
          begun.catch(() => reading.delete(name));
        }
      }
      for (const name of names) if (!ready.has(name)) await reading.get(name);
      return snapshot;
    },

    learn: (snapshot, name, basis) => void (snapshot as Held).ready.set(name, basis),
  };
}
