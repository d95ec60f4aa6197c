import type { Snapshot } from '../domain/claim.ts';
import type { EntityRecord } from '../domain/record.ts';
import type { Clock, ProgressStore, Records, Snapshots } from '../domain/service.ts';

const maxAgeMs = 1_000;

export const basisRef = (name: string) => ({ kind: 'basis', id: name });

/** A snapshot: its progress was read before any of its bases, so no basis is older than the cursor that it is held to. */
interface Held extends Snapshot {
  readonly readAt: number;
  readonly bases: Map<string, Promise<EntityRecord | undefined>>;
  readonly ready: Map<string, EntityRecord | undefined>;
}

/** Renewed by the request that finds it older than a second, and replaced as a whole. */
export function createSnapshots(store: { progress: ProgressStore; records: Records; clock: Clock }): Snapshots {
  let held: Held | undefined;
  let renewing: Promise<Held> | undefined;

  async function renew(): Promise<Held> {
    const readAt = store.clock.now();
    const progress = await store.progress.read();
    const ready = new Map<string, EntityRecord | undefined>();
    held = { progress, readAt, bases: new Map(), ready, basis: (name) => ready.get(name) };
    return held;
  }

  return {
    async current() {
      if (held !== undefined && store.clock.now() - held.readAt <= maxAgeMs) return held;
      renewing ??= renew().finally(() => {
        renewing = undefined;
      });
      return renewing;
    },

    async withBases(snapshot, names) {
      const { bases, ready } = snapshot as Held;
      for (const name of names) {
        if (ready.has(name)) continue;
        let reading = bases.get(name);
        if (reading === undefined) {
          reading = store.records.get(basisRef(name));
          bases.set(name, reading);
          reading.catch(() => bases.delete(name));
        }
        ready.set(name, await reading);
      }
      return snapshot;
    },

    learn: (snapshot, name, basis) => void (snapshot as Held).ready.set(name, basis),
  };
}
