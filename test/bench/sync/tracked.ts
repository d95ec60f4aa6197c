import { createHash } from 'node:crypto';
import pLimit from 'p-limit';
import type { BlockRef } from '../../../lib/domain/block.ts';
import { type EntityRef, refKey } from '../../../lib/domain/entity.ts';
import type { EntityRecord } from '../../../lib/domain/record.ts';
import type { Store } from '../../../lib/store/store.ts';
import { entryOf } from '../../../lib/usecases/saving/cache-entry.ts';
import { watchedUntil } from '../../../lib/usecases/saving/tracking.ts';
import type { MemoryTables } from '../../support/memory-store.ts';

/**
 * Adds copies of records to the tracked ones, as of the cursor. Each copy is an entity that is on no chain, has keys and
 * watches of its own, and depends on the bases of its model. Gives the ids of the copies.
 */
export function track(count: number, models: readonly EntityRecord[], tables: MemoryTables): ReadonlySet<string> {
  const ids = new Set<string>();
  const { cursor } = tables.progress;
  if (cursor === null) throw new Error('no block was followed');
  for (let number = 0; number < count; number += 1) {
    const model = models[number % models.length];
    if (model === undefined) throw new Error('the store has no record to copy');
    const record = copyOf(model, number, cursor);
    ids.add(record.ref.id);
    const key = refKey(record.ref);
    const expiresAt = watchedUntil(record.trackedUntil);
    tables.records.set(key, record);
    tables.cache.set(key, { entry: entryOf(record), expiresAt });
    for (const stateKey of record.readSet) {
      tables.watches.set(
        stateKey,
        new Map([
          ['!', expiresAt],
          [key, expiresAt],
        ]),
      );
    }
  }
  return ids;
}

const savedAtOnce = 8;

/** Saves copies through the ports of any store. */
export async function trackIn(store: Store, copies: readonly EntityRecord[]): Promise<void> {
  await pLimit(savedAtOnce).map(copies, async (record) => {
    const expiresAt = watchedUntil(record.trackedUntil);
    await store.watches.put(refKey(record.ref), record.readSet, expiresAt);
    await store.records.save(record, undefined, undefined);
    await store.cache.put(entryOf(record), expiresAt);
  });
}

/** The copy with this number; its keys are of the same kinds as the keys of its model. */
export function copyOf(model: EntityRecord, number: number, block: BlockRef): EntityRecord {
  const own = createHash('sha256')
    .update(`${refKey(model.ref)} ${number}`)
    .digest('hex');
  const readSet = model.readSet.map((key, index) => key.replace(/[0-9a-f]{64}$/, nth(own, index)));
  const bases = model.bases.map((dependency) => ({ ...dependency, height: block.height }));
  return { ...model, ref: copiedRef(model.ref, own), block, readSet, bases };
}

const copiedRef = ({ kind, id }: EntityRef, own: string): EntityRef => {
  const copied = /^account-hash-/.test(id) ? `account-hash-${own}` : id.replace(/:.*$/, `:copy-${own}`);
  if (copied === id) throw new Error(`${kind} ${id} cannot be copied`);
  return { kind, id: copied };
};

const nth = (hash: string, index: number): string => createHash('sha256').update(`${hash} ${index}`).digest('hex');
