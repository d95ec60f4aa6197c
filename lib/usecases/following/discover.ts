import type { BasisSeen } from '../../domain/basis.ts';
import { isEdited } from '../../domain/compare.ts';
import { type EntityRef, refKey } from '../../domain/entity.ts';
import type { Service } from '../../domain/service.ts';
import type { StoredBasis } from '../observing/bases.ts';
import { basisRef } from '../process/snapshots.ts';
import type { Batch } from './following.ts';

/**
 * Rules KIND-5 and COLLECT-4: the tokens of configured collections that the batch wrote, whether they have a record or not, and whether it
 * is tracked or not. The bases are read after the mark was published: one that is made later is of the batch's last block or later, so
 * that no collection is whole by what this batch overlooks. Throws StoreUnavailable.
 */
export async function discover(
  { items }: Batch,
  moved: ReadonlyMap<string, BasisSeen>,
  { shared, records }: Pick<Service, 'shared' | 'records'>,
): Promise<readonly EntityRef[]> {
  const names = shared.discovering.map(({ name }) => name);
  if (items.length === 0 || names.length === 0) return [];
  const stored = await records.getMany(names.map(basisRef));
  const bases = names.flatMap((name, index) => {
    const record = stored[index];
    const kept = record === undefined || isEdited(record) ? null : (record.value as StoredBasis | null);
    const value = moved.get(name)?.value ?? kept?.value;
    return value === undefined ? [] : [{ name, value }];
  });
  const listed = items.flatMap((item) => bases.flatMap((basis) => shared.discovered(basis, item) ?? []));
  return [...new Map(listed.map((ref) => [refKey(ref), ref])).values()];
}
