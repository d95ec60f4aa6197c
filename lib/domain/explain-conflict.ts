import type { Conflict, ConflictClass } from './conflict.ts';

const accounts: Record<ConflictClass, (fields: string, height: number) => string> = {
  value: (fields, height) => `At its own block, ${height}, the chain says otherwise about ${fields}`,
  edited: (fields) =>
    `The row was changed by somebody else than this service; the chain says otherwise about ${fields}`,
  vanished: (_fields, height) => `Database: there is one, read at block ${height}. Chain: there is none any more`,
  'nodes-disagree': (fields, height) => `At block ${height} nodes contradict each other about ${fields}`,
};

/** A sentence or two for whoever is to decide: what is contradicted, at which block, and by how many nodes. */
export function explainConflict({ class: kind, fields, block, evidence }: Conflict): string {
  const names = fields.map(({ field }) => field).join(', ') || 'what it holds';
  const heard = evidence.filter(({ says }) => says !== 'nothing');
  const sides = (['chain', 'database', 'neither'] as const).flatMap((side) => {
    const nodes = heard.flatMap(({ node, says }) => (says === side ? [node] : []));
    return nodes.length === 0
      ? []
      : [`${nodes.length} for ${side === 'neither' ? side : `the ${side}`} (${nodes.join(', ')})`];
  });
  const told = sides.length === 0 ? 'no node could be heard' : `of ${heard.length} nodes, ${sides.join('; ')}`;
  return `${accounts[kind](names, block.height)}; ${told}.`;
}
