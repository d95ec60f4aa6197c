import { parseRefKey, refKey } from '../../domain/entity.ts';
import type { Found } from '../../domain/reconciliation.ts';
import type { Service } from '../../domain/service.ts';
import { aboutRecords } from './about-records.ts';
import { saveAgreed } from './refresh-agreed.ts';
import type { Remedied } from './remedies.ts';

/** What a record refers to and there is no record of is read. What the chain has not either is left as it is, and said. */
export async function lookUpReferences({ ref }: Found, service: Service): Promise<Remedied> {
  const record = await service.records.get(ref);
  if (record === undefined) return { outcome: 'unfixed' };
  const [about] = await aboutRecords([record], service);
  let outcome: Remedied['outcome'] = 'fixed';
  for (const key of new Set((about?.dangling ?? []).map(refKey))) {
    const ended = await saveAgreed(parseRefKey(key), undefined, service);
    if (ended.outcome !== 'fixed') outcome = 'unfixed';
  }
  return { outcome };
}
