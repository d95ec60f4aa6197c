import type { CollectionState, Enumeration, Interruption } from '../domain/collection.ts';
import type { CollectionStates } from '../domain/ports/collections.ts';
import { shortReason } from '../domain/progress.ts';
import { batchGet } from './dynamodb/batches.ts';
import type { Dynamo } from './dynamodb/client.ts';
import { all, updatesOf } from './dynamodb/conditional.ts';
import { tableName } from './tables.ts';

const keyPrefix = 'collection#';
export const collectionKey = (packageHash: string) => ({ name: `${keyPrefix}${packageHash}` });

/** One item of a collection: the enumeration writes some attributes, sync the interruption. */
interface CollectionItem extends Partial<Omit<Enumeration, 'packageHash'>> {
  readonly name: string;
  readonly interruptedHeight?: number;
  readonly interruptedFork?: number;
  readonly interruptedReason?: string;
  readonly interruptedAt?: string;
}

const neverBegun = 'attribute_not_exists(#revision)';
const oneBefore = '#revision = :before';
const interruptedLess = [
  'attribute_not_exists(#interruptedFork)',
  '#interruptedFork < :interruptedFork',
  all('#interruptedFork = :interruptedFork', '#interruptedHeight < :interruptedHeight'),
].join(' OR ');

export function createCollectionStates(dynamo: Dynamo, prefix: string): CollectionStates {
  const TableName = tableName(prefix, 'progress');
  const update = updatesOf(dynamo, TableName);

  return {
    async get(packageHashes) {
      const items = await batchGet<CollectionItem>(dynamo, TableName, [...new Set(packageHashes)].map(collectionKey));
      const found = new Map(items.map((item) => [item.name, item]));
      return packageHashes.map((hash) => stateIn(hash, found.get(collectionKey(hash).name)));
    },

    // Rule COLLECT-3: of two workers one moves it on.
    async change({ packageHash, ...members }) {
      const kept = { ...members, reason: shortReason(members.reason) };
      const { change, values } = setting(kept);
      const condition = kept.revision === 1 ? neverBegun : oneBefore;
      const changed = await update(collectionKey(packageHash), change, condition, {
        ...values,
        ':before': kept.revision - 1,
      });
      if (changed.made) return true;
      // A write whose first answer was lost, and that was sent again, must not lose against itself.
      const { revision, updatedAt } = changed.there;
      return changed.sentAgain && Number(revision?.N) === kept.revision && updatedAt?.S === kept.updatedAt;
    },

    // Rule COLLECT-4: it only rises.
    async interrupt(packageHash, { height, fork, reason, at }) {
      const { change, values } = setting({
        interruptedHeight: height,
        interruptedFork: fork,
        interruptedReason: shortReason(reason),
        interruptedAt: at,
      });
      await update(collectionKey(packageHash), change, interruptedLess, values);
    },
  };
}

/** An attribute that is null is not there. */
function setting(members: Readonly<Record<string, unknown>>) {
  const present = Object.keys(members).filter((name) => members[name] !== null);
  const absent = Object.keys(members).filter((name) => members[name] === null);
  const set = `SET ${present.map((name) => `#${name} = :${name}`).join(', ')}`;
  const remove = absent.length === 0 ? '' : ` REMOVE ${absent.map((name) => `#${name}`).join(', ')}`;
  return { change: `${set}${remove}`, values: Object.fromEntries(present.map((name) => [`:${name}`, members[name]])) };
}

export const stateIn = (packageHash: string, item: CollectionItem | undefined): CollectionState => ({
  packageHash,
  enumeration: item?.revision === undefined ? null : enumerationIn(packageHash, item as CollectionItem & Enumeration),
  interruption: item?.interruptedFork === undefined ? null : interruptionIn(item as Required<CollectionItem>),
});

const enumerationIn = (packageHash: string, item: Enumeration & CollectionItem): Enumeration => ({
  packageHash,
  status: item.status,
  block: item.block,
  fork: item.fork,
  definition: item.definition,
  total: item.total ?? null,
  next: item.next,
  failed: item.failed,
  again: item.again ?? [],
  tries: item.tries ?? 0,
  failingSince: item.failingSince ?? null,
  reason: item.reason ?? null,
  startedAt: item.startedAt,
  finishedAt: item.finishedAt ?? null,
  updatedAt: item.updatedAt,
  revision: item.revision,
});

const interruptionIn = (item: Required<CollectionItem>): Interruption => ({
  height: item.interruptedHeight,
  fork: item.interruptedFork,
  reason: item.interruptedReason,
  at: item.interruptedAt,
});
