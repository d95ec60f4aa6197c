import type * as z from 'zod/mini';
import { InvalidRequest } from '../domain/errors.ts';
import { resolveCollection } from '../entities/collections.ts';
import type { KeySettings } from '../usecases/keys/create-key.ts';
import type { Rotation } from '../usecases/keys/rotate-key.ts';
import type { keyRequestSchema, keyRotationSchema } from './contract/key-schemas.ts';
import type { Running } from './service.ts';

/** The settings of a key, with the package hashes of its collections. Throws InvalidId and InvalidRequest. */
export function keySettingsOf(
  asked: z.infer<typeof keyRequestSchema>,
  { config }: { readonly config: Pick<Running['config'], 'collections'> },
): KeySettings {
  const { name, roles, application = null, limits = null, expiresAt = null, note = null } = asked;
  const collections =
    asked.collections?.map((one, at) => resolveCollection(one, config.collections, `collections.${at}`).package) ??
    null;
  if (collections !== null && new Set(collections).size < collections.length)
    throw new InvalidRequest([{ path: 'collections', message: 'two of them are the same collection' }]);
  return { name, roles, collections, application, limits, expiresAt: momentOf(expiresAt), note };
}

/** In the one spelling that is stored: milliseconds, UTC. */
const momentOf = (text: string | null): string | null => text && new Date(text).toISOString();

const daySeconds = 86_400;

export const rotationOf = ({
  overlapSeconds = daySeconds,
  expiresAt,
}: z.infer<typeof keyRotationSchema>): Rotation => ({
  overlapSeconds,
  expiresAt: expiresAt === undefined ? undefined : momentOf(expiresAt),
});
