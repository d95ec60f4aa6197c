import { notAsked, type ValueProof } from '../domain/proof.ts';
import { storedJson } from './stored-json.ts';

const levels: readonly unknown[] = ['signed', 'state', 'none'];

/** The proof in an item's JSON text. One of another form was not written by this service, and claims nothing. Throws for text that is not JSON. */
export function storedProof<Proof extends ValueProof>(text: string): Proof {
  const found = storedJson<Partial<ValueProof> | null>(text);
  return (levels.includes(found?.level) && Array.isArray(found?.unproved) ? found : notAsked) as Proof;
}
