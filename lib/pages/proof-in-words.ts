import type { Schemas } from '../client/contract.ts';

/** How far a value is proved, in a few words. */
export function proofInWords({ level, weight, height, unproved }: Schemas['Proof'] | Schemas['ReadingProof']): string {
  if (level === 'none') return 'not proved: nodes have said so';
  const percent = Math.floor((weight ?? 0) * 100);
  const by = level === 'signed' ? `, which validators with at least ${percent} % of the weight have signed` : '';
  const rest = unproved.length === 0 ? '' : `; without a proof: ${unproved.join(', ')}`;
  return `proved in the state of block ${height}${by}${rest}`;
}
