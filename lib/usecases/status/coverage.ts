import { type Coverage, coverageWindowMs, invalidFrom } from '../../domain/coverage.ts';
import type { Service } from '../../domain/service.ts';
import { shardCount } from '../../domain/shard.ts';

/** How many records were verified within a day, as the index counts them, and when the oldest one was verified. */
export async function coverageOf({ records, clock }: Pick<Service, 'records' | 'clock'>): Promise<Coverage> {
  const now = clock.now();
  const within = { from: new Date(now - coverageWindowMs).toISOString(), until: invalidFrom(now) };
  const shards = await Promise.all(
    Array.from({ length: shardCount }, async (_, shard) => {
      const [all, verified, first] = await Promise.all([
        records.countChecked(shard, {}),
        records.countChecked(shard, within),
        records.byChecked(shard, { limit: 1 }),
      ]);
      return { all, verified, oldest: first.places[0]?.checkedAt };
    }),
  );
  const sum = (figure: 'all' | 'verified') => shards.reduce((total, shard) => total + shard[figure], 0);
  return {
    records: sum('all'),
    verified: sum('verified'),
    oldest: shards.flatMap(({ oldest }) => oldest ?? []).sort()[0] ?? null,
    at: new Date(now).toISOString(),
  };
}
