import { blockRef } from '../../../lib/domain/block.ts';
import type { Reconciliations } from '../../../lib/domain/ports/reconciliations.ts';
import type { Reconciliation } from '../../../lib/domain/reconciliation.ts';
import { copy, type MemoryTables, type OnCall } from './tables.ts';

export function reconciliationsIn(tables: MemoryTables, onCall: OnCall): Reconciliations {
  const latest = () => tables.reconciliations.get(tables.latest?.id ?? '');
  const keep = (run: Reconciliation): true => {
    tables.reconciliations.set(run.id, { ...copy(run), block: run.block && blockRef(run.block) });
    return true;
  };
  const follows = ({ id, revision }: Reconciliation): boolean =>
    (tables.reconciliations.get(id)?.revision ?? 0) === revision - 1;

  return {
    async get(id) {
      await onCall('reconciliations.get', [id]);
      return copy(tables.reconciliations.get(id));
    },

    async latest() {
      await onCall('reconciliations.latest', []);
      return copy(latest());
    },

    async begin(run, over) {
      await onCall('reconciliations.begin', [run, over]);
      const there = latest() === undefined ? null : tables.latest;
      if (there?.id !== over?.id || there?.attempt !== over?.attempt || !follows(run)) return false;
      tables.latest = { id: run.id, attempt: run.attempt };
      return keep(run);
    },

    async change(run) {
      await onCall('reconciliations.change', [run]);
      return tables.reconciliations.has(run.id) && follows(run) && keep(run);
    },

    async list({ after, limit }) {
      await onCall('reconciliations.list', [after, limit]);
      const last = after === undefined ? undefined : tables.reconciliations.get(after);
      if (after !== undefined && last === undefined) return { runs: [], more: false };
      const found = [...tables.reconciliations.values()]
        .filter((run) => last === undefined || newestFirst(last, run) < 0)
        .sort(newestFirst);
      return { runs: copy(found.slice(0, limit)), more: found.length > limit };
    },

    async shards(id) {
      await onCall('reconciliations.shards', [id]);
      const shards = [...(tables.shards.get(id)?.values() ?? [])];
      return copy(shards.sort((a, b) => a.shard - b.shard));
    },

    async saveShard(id, shard) {
      await onCall('reconciliations.saveShard', [id, shard]);
      const shards = tables.shards.get(id);
      if ((shards?.get(shard.shard)?.revision ?? 0) !== shard.revision - 1) return false;
      tables.shards.set(id, new Map(shards).set(shard.shard, copy(shard)));
      return true;
    },
  };
}

const newestFirst = (a: Reconciliation, b: Reconciliation): number =>
  a.startedAt === b.startedAt ? (a.id > b.id ? -1 : 1) : a.startedAt > b.startedAt ? -1 : 1;
