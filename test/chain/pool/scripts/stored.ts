import { firstBrokenLink } from '../../../../lib/domain/audit-chain.ts';
import { parseRefKey } from '../../../../lib/domain/entity.ts';
import type { CacheEntry, EntityRecord } from '../../../../lib/domain/record.ts';
import type { Service } from '../../../../lib/domain/service.ts';
import type { MemoryTables } from '../../../support/memory-store.ts';
import { truth } from '../cluster.ts';
import { contradiction } from './truths.ts';

type Definitions = Service['definitions'];

const shorter = 'it is not as long as its record says';

/** Everything in the store that is not as the recording has it at its block. */
export function wrongInStore(
  { records, cache, audit, progress }: Pick<MemoryTables, 'records' | 'cache' | 'audit' | 'progress'>,
  definitions: Definitions,
): readonly string[] {
  const told = (where: string, key: string, wrong: string | undefined): string[] =>
    wrong === undefined ? [] : [`${where} ${key}: ${wrong}`];
  /** A node's trail, or the service's, has no record beside it. */
  const isRecords = (key: string): boolean => key.startsWith('basis#') || definitions.has(parseRefKey(key).kind);
  return [
    ...[...records].flatMap(([key, record]) => told('record', key, contradictionIn(record, definitions))),
    ...[...cache].flatMap(([key, { entry }]) => told('cache', key, contradictionIn(entry, definitions))),
    ...[...audit].flatMap(([key, trail]) => {
      const broken = firstBrokenLink(trail);
      const falls = trail.find(({ block }, index) => (block?.height ?? 0) < (trail[index - 1]?.block?.height ?? 0));
      const last = records.get(key);
      return [
        ...told('audit', key, broken && `entry ${broken.sequence} does not fit the one before`),
        ...told('audit', key, falls && `entry ${falls.sequence} is of a lower block than the one before`),
        ...told('audit', key, !isRecords(key) || last?.sequence === trail.length ? undefined : shorter),
      ];
    }),
    ...told('progress', 'head', progress.head === null ? 'there is none' : wrongBlock(progress.head)),
  ];
}

/** Why one record or entry is not as the recording has it: it is looked at as an answer would show it. */
export function contradictionIn(entry: CacheEntry | EntityRecord, definitions: Definitions): string | undefined {
  const { ref, value, block, bases } = entry;
  if (ref.kind === 'basis') return wrongBasis(entry);
  const shown = value && definitions.get(ref.kind)?.present(ref.id, value, joinedBy(bases));
  return contradiction(ref, shown === null ? null : JSON.parse(JSON.stringify(shown)), block);
}

const joinedBy = (bases: CacheEntry['bases']) => (name: string) => bases.find((basis) => basis.name === name)?.joined;

/** The layout of a collection, by what every token rests on. */
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
