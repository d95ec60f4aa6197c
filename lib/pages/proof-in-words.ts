import type { Schemas } from '../client/contract.ts';

type Proof = Schemas['Proof'] | Schemas['ReadingProof'];

const partInWords: Readonly<Record<Proof['unproved'][number], string>> = {
  absence: 'that there is nothing where nothing was found',
  holds: 'how much of the balance is held back',
  stakes: 'that there are no other stakes',
  rewards: 'the rewards',
  transaction: 'the transaction',
  validators: 'which validators there are',
};

/** How far a value is proved, in a few words. */
export function proofInWords({ level, weight, height, unproved }: Proof): string {
  if (level === 'none') return 'not proved: nodes have said so';
  // Rounded down, so that no share looks higher than it is.
  const percent = Math.floor((weight ?? 0) * 1000) / 10;
  const by = level === 'signed' ? `, which validators with at least ${percent} % of the weight have signed` : '';
  const rest = unproved.length === 0 ? '' : `; not proved: ${unproved.map((part) => partInWords[part]).join('; ')}`;
  return `proved in the state of block ${height}${by}${rest}`;
}
