import * as z from 'zod/mini';
import { type EntityDefinition, parseRefKey, refKey, unknownKind } from '../domain/entity.ts';
import { type FieldError, InvalidId, InvalidRequest } from '../domain/errors.ts';
import type { Invalidation } from '../domain/progress.ts';
import { resolveCollection } from '../entities/collections.ts';
import type { Owned } from '../usecases/reading/owned.ts';
import type { invalidationRequestSchema } from './contract/requests.ts';
import { ownerOf } from './owner.ts';
import { cursorAfter, pageOf } from './page.ts';
import type { Running } from './service.ts';

type Asked = z.infer<typeof invalidationRequestSchema>;
type Known = Pick<Running, 'config' | 'definitions'>;

export type InvalidationRequest =
  | { readonly pattern: Omit<Invalidation, 'height'> }
  | { readonly owned: Owned; readonly query: string };

/** The pattern of a kind or a collection, or the entities of an owner. Throws InvalidRequest. */
export function invalidationOf(asked: Asked, service: Known): InvalidationRequest {
  const errors = faultsOf(asked, service);
  if (errors.length > 0) throw new InvalidRequest(errors);
  return asked.owner === undefined ? patternOf(asked, service) : ownedOf(asked, asked.owner, service);
}

function faultsOf({ kind, collection, owner, cursor }: Asked, { definitions }: Known): FieldError[] {
  const definition = kind === undefined ? undefined : definitions.get(kind);
  const errors: FieldError[] = [];
  const wrong = (path: string, message: string): void => void errors.push({ path, message });
  if (kind === undefined && owner === undefined) wrong('body', 'kind or owner is required');
  if (kind !== undefined && definition === undefined) wrong('kind', unknownKind(definitions));
  if (collection !== undefined && owner !== undefined) wrong('collection', 'must not be combined with owner');
  else if (collection !== undefined && !definition?.route.includes('{collection}/'))
    wrong('collection', 'the kind has no collections');
  if (owner !== undefined && definition !== undefined && !hasOwner(definition)) wrong('kind', 'the kind has no owners');
  if (cursor !== undefined && owner === undefined) wrong('cursor', 'must be combined with owner');
  return errors;
}

/** Listed by its owner, or about the owner's account. */
const hasOwner = ({ owner, ofAccount }: EntityDefinition): boolean => owner !== undefined || ofAccount === true;

function patternOf({ kind = '', collection }: Asked, { config }: Known): InvalidationRequest {
  const prefix = collection === undefined ? '' : `${resolveCollection(collection, config.collections).package}:`;
  return { pattern: { kind, prefix } };
}

function ownedOf({ kind, cursor }: Asked, given: string, { definitions }: Known): InvalidationRequest {
  const owner = ownerOf(given);
  const query = JSON.stringify(['invalidations', owner, kind ?? null]);
  const owning = [...definitions.values()].filter(hasOwner);
  const kinds = kind === undefined ? owning.map((definition) => definition.kind) : [kind];
  const { after } = pageOf(cursor === undefined ? {} : { cursor }, query, refWithin(kinds, definitions));
  return { owned: { owner, kinds, after: after === undefined ? undefined : parseRefKey(after) }, query };
}

/** A ref of one of these kinds, spelt as it is stored. */
export const refWithin = (kinds: readonly string[], definitions: Known['definitions']) =>
  z.string().check(
    z.refine((key) => {
      const { kind, id } = parseRefKey(key);
      return kinds.includes(kind) && isCanonical(id, definitions.get(kind));
    }),
  );

function isCanonical(id: string, definition: EntityDefinition | undefined): boolean {
  try {
    return definition?.canonicalId(id) === id;
  } catch (error) {
    if (error instanceof InvalidId) return false;
    throw error;
  }
}

/** The cursor with which the next request continues. */
export const cursorBehind = (last: Owned['after'] | null, query: string): string | null =>
  last == null ? null : cursorAfter(refKey(last), query);
