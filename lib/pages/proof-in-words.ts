import type { Schemas } from '../client/contract.ts';

/** How far a value is proved, in a few words. */
export function proofInWords({ level, weight = 0, height, unproved }: Schemas['Proof']): string {
  if (level === 'none') return 'not proved: nodes have said so';
  const by =
    level === 'signed' ? `, which validators with ${Math.floor(weight * 100)} % of the weight have signed` : '';
  const rest = unproved.length === 0 ? '' : `; not what nodes have said of ${unproved.join(', ')}`;
  return `proved in the state of block ${height}${by}${rest}`;
}
