import { parseRefKey, refKey } from '../../domain/entity.ts';
import type { Found } from '../../domain/reconciliation.ts';
import type { Service } from '../../domain/service.ts';
import { referencesOf } from './about-records.ts';
import { putAgain } from './put-again.ts';
import { saveAgreed } from './refresh-agreed.ts';
import type { Remedied } from './remedies.ts';

/**
 * What a record refers to and there is no record of is read. What the chain has not either is left as it is, and said. Whoever
 * has read one already may have died before its cache entry was put.
 */
export async function lookUpReferences({ ref }: Found, service: Service): Promise<Remedied> {
  const record = await service.records.get(ref);
  if (record === undefined) return { outcome: 'unfixed' };
  const refs = [...new Set(referencesOf(record, service).map(refKey))].map(parseRefKey);
  const found = await service.records.getMany(refs);
  let outcome: Remedied['outcome'] = 'fixed';
  for (const [at, referred] of refs.entries()) {
    const there = found[at];
    if (there !== undefined) await putAgain(there, service);
    else if ((await saveAgreed(referred, undefined, service)).outcome !== 'fixed') outcome = 'unfixed';
  }
  return { outcome };
}
