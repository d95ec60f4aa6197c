import { isKeyId, type StoredKey } from '../../domain/api-key.ts';
import { InvalidRequest, LookupError } from '../../domain/errors.ts';
import type { Service } from '../../domain/service.ts';

/** Newest first. `after`: the id behind which the page begins; throws InvalidRequest where there is no such key. */
export async function listKeys(
  { after, limit }: { readonly after?: string | undefined; readonly limit: number },
  { keys }: Pick<Service, 'keys'>,
): Promise<{ readonly items: readonly StoredKey[]; readonly last: string | undefined }> {
  if (after !== undefined && (await keys.find(after)) === undefined)
    throw new InvalidRequest([{ path: 'cursor', message: 'is not a cursor of this query' }]);
  const { keys: items, more } = await keys.list({ limit, ...(after !== undefined && { after }) });
  return { items, last: more ? items.at(-1)?.id : undefined };
}

/** Throws `not_found` (the operator key of a local run is no stored key), and `conflict_state` where the row is not a key any more. */
export async function keyById(id: string, { keys }: Pick<Service, 'keys'>): Promise<StoredKey> {
  const key = isKeyId(id) ? await keys.find(id) : undefined;
  if (key === undefined) throw new LookupError('not_found', 'there is no stored key with this id');
  if (key.unreadable) throw new LookupError('conflict_state', unreadableKey);
  return key;
}

const unreadableKey = 'the stored row of this key was changed outside this service; it is not accepted';
