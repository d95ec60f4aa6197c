import type { BasisSeen } from '../../domain/basis.ts';
import type { Snapshot } from '../../domain/claim.ts';
import { type EntityRef, refKey } from '../../domain/entity.ts';
import type { Service } from '../../domain/service.ts';
import type { StoredBasis } from '../observing/bases.ts';
import type { Batch } from './following.ts';

/** Rule KIND-5: tokens of configured collections that the batch wrote and that have no record yet. Throws StoreUnavailable. */
export async function discover(
  { items }: Batch,
  moved: ReadonlyMap<string, BasisSeen>,
  snapshot: Snapshot,
  { shared, snapshots, records }: Pick<Service, 'shared' | 'snapshots' | 'records'>,
): Promise<readonly EntityRef[]> {
  const names = shared.discovering.map(({ name }) => name);
  if (items.length === 0 || names.length === 0) return [];
  const withBases = await snapshots.withBases(snapshot, names);
  const bases = names.flatMap((name) => {
    const value = moved.get(name)?.value ?? (withBases.basis(name)?.value as StoredBasis | null | undefined)?.value;
    return value === undefined ? [] : [{ name, value }];
  });
  const listed = items.flatMap((item) => bases.flatMap((basis) => shared.discovered(basis, item) ?? []));
  const refs = [...new Map(listed.map((ref) => [refKey(ref), ref])).values()];
  const stored = await records.getMany(refs);
  return refs.filter((_, index) => stored[index] === undefined);
}
