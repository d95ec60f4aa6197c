import type { Service } from '../../domain/service.ts';
import { corroborate } from './corroborate.ts';
import { type Observed, type Observing, observeAnywhere } from './observe.ts';

/**
 * What most nodes say of an entity at a block; undefined: they contradict each other, or none can say. Where one node may know
 * more than another one, what they say differs though none is wrong: then one is enough.
 */
export async function quorumRead(reading: Observing, service: Service): Promise<Observed | undefined> {
  if (reading.definition.supersedes !== undefined) return observeAnywhere(reading, service);
  return (await corroborate({ ...reading, record: undefined, known: reading.before }, service)).observed;
}
