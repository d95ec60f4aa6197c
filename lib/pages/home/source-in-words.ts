import type { Schemas } from '../../client/contract.ts';
import { proofInWords } from '../proof-in-words.ts';

/** Where an answer comes from and how current it is, in sentences. */
export function sourceInWords(meta: Schemas['Meta']): string {
  const { source, stale, block, verifiedThrough, age, conflict, proof } = meta;
  const sentences = [`${origins[source](block.height, verifiedThrough.height)}.`, `It is ${proofInWords(proof)}.`];
  if (age > 0) sentences.push(`It may be ${age} s behind the chain.`);
  if (stale) sentences.push('It is stale: older than its limit, or given because no node has answered.');
  if (conflict !== undefined) sentences.push('The chain contradicts the stored value, and that is not decided yet.');
  return sentences.join(' ');
}

const known = (read: number, through: number): string =>
  through > read ? `read at block ${read}, known to hold through block ${through}` : `as of block ${read}`;

const origins: Readonly<Record<Schemas['Meta']['source'], (read: number, through: number) => string>> = {
  chain: (read) => `From the chain, as of block ${read}`,
  cache: (read, through) => `From the cache, without a call to a node: ${known(read, through)}`,
  database: (read, through) => `From the database, the last known value: ${known(read, through)}`,
  history: (read, through) => `From the history of the record: ${known(read, through)}`,
};
