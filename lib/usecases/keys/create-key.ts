import { hashOfKey, keyOf, type StoredKey } from '../../domain/api-key.ts';
import { InvalidRequest } from '../../domain/errors.ts';
import { uncontestedChange } from '../store-access.ts';
import { type ChangedKey, type KeyService, keyChange } from './key-change.ts';

/** What an operator decides of a key. */
export type KeySettings = Pick<
  StoredKey,
  'name' | 'roles' | 'collections' | 'application' | 'limits' | 'expiresAt' | 'note'
>;

export interface KeyMaker {
  /** The name of the authenticated principal. */
  readonly actor: string;
  /** `keyRandomBytes` bytes that nothing can foresee. */
  random(): Uint8Array;
}

export interface MadeKey {
  /** The text of the key. It is nowhere else: what is stored is its hash (rule ACCESS-20). */
  readonly text: string;
  readonly stored: StoredKey;
}

/** Makes a key. Throws InvalidRequest where its expiry is not in the future. */
export async function createKey(settings: KeySettings, maker: KeyMaker, service: KeyService): Promise<MadeKey> {
  const { keys, clock } = service;
  refusePast(settings.expiresAt, clock.now());
  return uncontestedChange('key', async () => {
    const made = newKey(settings, maker, clock.now());
    const change = await keyChange(made.key, entryOfNew(made.key), service);
    return change !== undefined && (await keys.change(change)) ? { text: made.text, stored: change.key } : undefined;
  });
}

export function newKey(
  settings: KeySettings,
  { actor, random }: KeyMaker,
  now: number,
  replaces?: string,
): { readonly text: string; readonly key: ChangedKey } {
  const { id, key: text } = keyOf(random());
  const { name, roles, collections, application, limits, expiresAt, note } = settings;
  const key = {
    ...{ id, name, secretHash: hashOfKey(text), roles, collections, application, limits, expiresAt, note },
    createdAt: new Date(now).toISOString(),
    createdBy: actor,
    revokedAt: null,
    revokedBy: null,
    replaces: replaces ?? null,
    replacedBy: null,
    revision: 1,
  };
  return { text, key };
}

export function entryOfNew({ name, roles, collections, application, limits, expiresAt, note, ...key }: ChangedKey) {
  const after = { name, roles, collections, application, limits, expiresAt, note, replaces: key.replaces };
  return { actor: key.createdBy, at: key.createdAt, before: null, after };
}

export function refusePast(expiresAt: string | null, now: number): void {
  if (expiresAt !== null && !(Date.parse(expiresAt) > now))
    throw new InvalidRequest([{ path: 'expiresAt', message: 'must be in the future' }]);
}
