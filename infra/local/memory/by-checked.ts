import type { Place } from '../../../lib/domain/reconciliation.ts';
import type { EntityRecord } from '../../../lib/domain/record.ts';
import { shardCount, shardOf } from '../../../lib/domain/shard.ts';

type RecordTable = Map<string, EntityRecord>;

/** Records of a shard in the order of their places. It follows every change of the table, also one that is made past the store. */
export interface CheckedIndex {
  /** Those from one place, itself included, until before another; open where one is left out. */
  between(shard: number, from: Place | undefined, until: Place | undefined): readonly Place[];
}

const indexes = new WeakMap<RecordTable, CheckedIndex>();

/** Created at the first call; from then on it follows the table. */
export function checkedIndexOf(records: RecordTable): CheckedIndex {
  const known = indexes.get(records);
  if (known !== undefined) return known;
  const index = createIndex(records);
  indexes.set(records, index);
  return index;
}

function createIndex(records: RecordTable): CheckedIndex {
  const shards: Place[][] = Array.from({ length: shardCount }, () => []);
  /** The places as the index has them, which may differ from the records. */
  const places = new Map<string, Place>();
  const placesLike = (key: string): Place[] => shards[shardOf(key)] ?? [];

  function put(key: string, { checkedAt }: EntityRecord): void {
    const place = { checkedAt, key };
    const sorted = placesLike(key);
    sorted.splice(firstNotBefore(sorted, place), 0, place);
    places.set(key, place);
  }

  function remove(key: string): void {
    const place = places.get(key);
    if (place === undefined) return;
    const sorted = placesLike(key);
    sorted.splice(firstNotBefore(sorted, place), 1);
    places.delete(key);
  }

  for (const [key, { checkedAt }] of records) {
    const place = { checkedAt, key };
    placesLike(key).push(place);
    places.set(key, place);
  }
  for (const sorted of shards) sorted.sort((a, b) => (isBefore(a, b) ? -1 : 1));

  follow(records, {
    set(key, record) {
      remove(key);
      put(key, record);
    },
    delete: remove,
    clear: () => [...places.keys()].forEach(remove),
  });

  return {
    between(shard, from, until) {
      const sorted = shards[shard] ?? [];
      const begin = from === undefined ? 0 : firstNotBefore(sorted, from);
      return sorted.slice(begin, until && firstNotBefore(sorted, until));
    },
  };
}

interface Follower {
  set(key: string, record: EntityRecord): void;
  delete(key: string): void;
  clear(): void;
}

/** The table stays a plain map when it is compared, copied or cloned: what is added is not enumerable. */
function follow(records: RecordTable, follower: Follower): void {
  const { set, delete: remove, clear } = Map.prototype;
  const methods = {
    set(key: string, record: EntityRecord): RecordTable {
      follower.set(key, record);
      return set.call(records, key, record) as RecordTable;
    },
    delete(key: string): boolean {
      follower.delete(key);
      return remove.call(records, key);
    },
    clear(): void {
      follower.clear();
      clear.call(records);
    },
  };
  for (const [name, value] of Object.entries(methods)) Object.defineProperty(records, name, { value });
}

const isBefore = (a: Place, b: Place): boolean =>
  a.checkedAt < b.checkedAt || (a.checkedAt === b.checkedAt && a.key < b.key);

function firstNotBefore(sorted: readonly Place[], place: Place): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(sorted[middle] as Place, place)) low = middle + 1;
    else high = middle;
  }
  return low;
}
