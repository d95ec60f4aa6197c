import { firstBrokenLink } from '../../../../lib/domain/audit-chain.ts';
import { parseRefKey } from '../../../../lib/domain/entity.ts';
import type { CacheEntry, EntityRecord } from '../../../../lib/domain/record.ts';
import type { Service } from '../../../../lib/domain/service.ts';
import type { MemoryTables } from '../../../support/memory-store.ts';
import { truth } from '../cluster.ts';
import { contradiction } from './truths.ts';

type Definitions = Service['definitions'];

const wrongLength = 'its length is not the sequence of its record';

/** Everything in the store that differs from the recording at its block. */
export function wrongInStore(
  { records, cache, audit, progress }: Pick<MemoryTables, 'records' | 'cache' | 'audit' | 'progress'>,
  definitions: Definitions,
): readonly string[] {
  const found = (where: string, key: string, wrong: string | undefined): string[] =>
    wrong === undefined ? [] : [`${where} ${key}: ${wrong}`];
  /** The trails of nodes and of the service have no record. */
  const hasRecord = (key: string): boolean => key.startsWith('basis#') || definitions.has(parseRefKey(key).kind);
  return [
    ...[...records].flatMap(([key, record]) => found('record', key, contradictionIn(record, definitions))),
    ...[...cache].flatMap(([key, { entry }]) => found('cache', key, contradictionIn(entry, definitions))),
    ...[...audit].flatMap(([key, trail]) => {
      const broken = firstBrokenLink(trail);
      const falls = trail.find(({ block }, index) => (block?.height ?? 0) < (trail[index - 1]?.block?.height ?? 0));
      const last = records.get(key);
      return [
        ...found('audit', key, broken && `entry ${broken.sequence} does not fit the one before`),
        ...found('audit', key, falls && `entry ${falls.sequence} is of a lower block than the one before`),
        ...found('audit', key, !hasRecord(key) || last?.sequence === trail.length ? undefined : wrongLength),
      ];
    }),
    ...found('progress', 'head', progress.head === null ? 'is missing' : wrongBlock(progress.head)),
  ];
}

/** How one record or entry differs from the recording; it is compared in the form of an answer. */
export function contradictionIn(entry: CacheEntry | EntityRecord, definitions: Definitions): string | undefined {
  const { ref, value, block, bases } = entry;
  if (ref.kind === 'basis') return wrongBasis(entry);
  const shown = value && definitions.get(ref.kind)?.present(ref.id, value, joinedBy(bases));
  return contradiction(ref, shown === null ? null : JSON.parse(JSON.stringify(shown)), block);
}

const joinedBy = (bases: CacheEntry['bases']) => (name: string) => bases.find((basis) => basis.name === name)?.joined;

/** The layout of a collection, on which every token depends. */
function wrongBasis({ ref, value, block }: Pick<EntityRecord, 'ref' | 'value' | 'block'>): string | undefined {
  const packageHash = ref.id.replace(/^layout:/, '');
  const { value: layout, joined } = value as {
    readonly value: { readonly owners?: string };
    readonly joined: { readonly contractHash?: string };
  };
  const contractHash = truth.contractHash(packageHash, block.height);
  const owners = truth.seed(packageHash, 'token_owners', block.height);
  if (joined.contractHash !== contractHash) return `its contract is ${contractHash}, not ${joined.contractHash}`;
  if (!layout.owners?.includes(owners)) return `its owners are at ${owners}, not ${layout.owners}`;
  return wrongBlock(block);
}

function wrongBlock({ height, hash }: { readonly height: number; readonly hash: string }): string | undefined {
  return truth.block(height).hash === hash ? undefined : `there is no block ${height} ${hash}`;
}
