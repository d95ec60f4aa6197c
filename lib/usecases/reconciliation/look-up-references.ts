import { parseRefKey, refKey } from '../../domain/entity.ts';
import type { OpenFinding } from '../../domain/reconciliation.ts';
import type { Service } from '../../domain/service.ts';
import { saveByQuorum } from './refresh-by-quorum.ts';
import type { Remedied } from './remedies.ts';
import { checkStored } from './store-checks.ts';

/** What a record refers to and there is no record of is read. What the chain has not either is left as it is, and said. */
export async function lookUpReferences({ ref }: OpenFinding, service: Service): Promise<Remedied> {
  const record = await service.records.get(ref);
  if (record === undefined) return { outcome: 'unfixed' };
  const [about] = await checkStored([record], service);
  let outcome: Remedied['outcome'] = 'fixed';
  for (const key of new Set((about?.dangling ?? []).map(refKey))) {
    const ended = await saveByQuorum(parseRefKey(key), undefined, service);
    if (ended.outcome !== 'fixed') outcome = 'unfixed';
  }
  return { outcome };
}
