import { type StoredKey, statusOfKey } from '../../domain/api-key.ts';
import { LookupError } from '../../domain/errors.ts';
import { uncontestedChange } from '../store-access.ts';
import { entryOfNew, type KeyMaker, type MadeKey, newKey, refusePast } from './create-key.ts';
import { type KeyService, keyChange } from './key-change.ts';
import { keyById } from './list-keys.ts';

export interface Rotation {
  /** How long the old key goes on alongside the new one. It never gets longer than it was. */
  readonly overlapSeconds: number;
  /** Of the new key; undefined: it lasts as long as the old one was made to last. */
  readonly expiresAt?: string | null | undefined;
}

/**
 * Makes a key with the settings of another one, which ends after the overlap. Both change together or not at all (rule ACCESS-21).
 * Throws `not_found`, `conflict_state` where the key does not admit any more or was rotated already, and InvalidRequest.
 */
export async function rotateKey(
  id: string,
  rotation: Rotation,
  maker: KeyMaker,
  service: KeyService,
): Promise<MadeKey & { readonly old: StoredKey }> {
  return uncontestedChange('key', async () => {
    const now = service.clock.now();
    const old = await keyById(id, service);
    refuseEnded(old, now);
    const { expiresAt = sameSpan(old, now) } = rotation;
    refusePast(expiresAt, now);
    const made = newKey({ ...old, expiresAt }, maker, now, id);
    const ending = { expiresAt: endOf(old, now + rotation.overlapSeconds * 1_000), replacedBy: made.key.id };
    const ended = { ...old, ...ending, revision: old.revision + 1 };
    const before = { expiresAt: old.expiresAt, replacedBy: null };
    const at = made.key.createdAt;
    const next = await keyChange(made.key, entryOfNew(made.key), service);
    const last = await keyChange(ended, { actor: maker.actor, at, before, after: ending }, service);
    if (next === undefined || last === undefined || !(await service.keys.change(next, last))) return undefined;
    return { text: made.text, stored: next.key, old: last.key };
  });
}

function refuseEnded(key: StoredKey, now: number): void {
  const status = statusOfKey(key, now);
  if (status !== 'active') throw new LookupError('conflict_state', `the key is ${status}: make a new one`);
  if (key.replacedBy !== null)
    throw new LookupError('conflict_state', `the key was rotated already: its successor is ${key.replacedBy}`);
}

function sameSpan({ createdAt, expiresAt }: StoredKey, now: number): string | null {
  return expiresAt === null ? null : new Date(now + Date.parse(expiresAt) - Date.parse(createdAt)).toISOString();
}

const endOf = ({ expiresAt }: StoredKey, at: number): string =>
  new Date(Math.min(at, expiresAt === null ? at : Date.parse(expiresAt))).toISOString();
