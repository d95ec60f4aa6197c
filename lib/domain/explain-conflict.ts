import type { Conflict, ConflictClass } from './conflict.ts';

const summaries: Record<ConflictClass, (fields: string, height: number) => string> = {
  value: (fields, height) => `At the record's own block, ${height}, the chain has another value for ${fields}`,
  edited: (fields) => `The row was changed outside this service; the chain has another value for ${fields}`,
  vanished: (_fields, height) => `The database has the entity, read at block ${height}; the chain no longer has it`,
  'nodes-disagree': (fields, height) => `At block ${height} nodes give different values for ${fields}`,
};

/** A sentence for the reviewer: what is contradicted, at which block, and by how many nodes. */
export function explainConflict({ class: kind, fields, block, evidence }: Conflict): string {
  const names = fields.map(({ field }) => field).join(', ') || 'all fields';
  const answered = evidence.filter(({ says }) => says !== 'nothing');
  const sides = (['chain', 'database', 'neither'] as const).flatMap((side) => {
    const nodes = answered.flatMap(({ node, says }) => (says === side ? [node] : []));
    return nodes.length === 0
      ? []
      : [`${nodes.length} for ${side === 'neither' ? side : `the ${side}`} (${nodes.join(', ')})`];
  });
  const votes =
    sides.length === 0
      ? 'no node answered'
      : `of ${answered.length} ${answered.length === 1 ? 'node' : 'nodes'}, ${sides.join('; ')}`;
  return `${summaries[kind](names, block.height)}; ${votes}.`;
}
