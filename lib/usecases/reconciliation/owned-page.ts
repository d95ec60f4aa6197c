import { parseRefKey, refKey } from '../../domain/entity.ts';
import type { Place } from '../../domain/reconciliation.ts';
import type { Service } from '../../domain/service.ts';
import { refsOf } from '../reading/owned.ts';
import type { NextPage } from './next-page.ts';

/** What is an account's: of kinds that are about an account the account's own, of the others those that it owns. */
export async function ownedPage(
  owner: string,
  after: Place | null,
  limit: number,
  service: Pick<Service, 'records' | 'definitions'>,
): Promise<Omit<NextPage, 'fallenBack'>> {
  const kinds = [...service.definitions.keys()];
  const owned = { owner, kinds, after: after === null ? undefined : parseRefKey(after.key) };
  for await (const refs of refsOf(owned, limit, service)) {
    const keys = refs.map(refKey);
    return { keys, next: { phase: 'rest', after: { checkedAt: '', key: keys.at(-1) ?? '' }, done: false } };
  }
  return { keys: [], next: { phase: 'rest', after: null, done: true } };
}
