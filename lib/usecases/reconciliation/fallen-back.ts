import { parseRefKey } from '../../domain/entity.ts';
import type { Reconciliation } from '../../domain/reconciliation.ts';
import type { Service } from '../../domain/service.ts';
import { shardOf } from '../../domain/shard.ts';
import { spanOf } from '../status/spans.ts';
import { isWithin } from './scope.ts';

/**
 * What the database has answered of late in the chain's place: it is proved before all else that was proved within a day.
 * Each one once: those of another phase are that phase's.
 */
export async function fallenBackIn(
  { scope, ...run }: Reconciliation,
  shard: number,
  { records, progress, clock }: Pick<Service, 'records' | 'progress' | 'clock'>,
): Promise<readonly string[]> {
  if (scope.of === 'owner') return [];
  const told = await progress.fallbacks(clock.now());
  const keys = [...new Set(told)].filter((key) => shardOf(key) === shard && isWithin(scope, key)).sort();
  const found = await records.getMany(keys.map(parseRefKey));
  const { from = '', until = '' } = spanOf('rest', run);
  return keys.filter((_, at) => {
    const checkedAt = found[at]?.checkedAt;
    return checkedAt !== undefined && checkedAt >= from && checkedAt < until;
  });
}
