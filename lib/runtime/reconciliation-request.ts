import * as z from 'zod/mini';
import { type EntityDefinition, unknownKind } from '../domain/entity.ts';
import { type FieldError, InvalidRequest } from '../domain/errors.ts';
import type { Scope } from '../domain/reconciliation.ts';
import { resolveCollection } from '../entities/collections.ts';
import type { reconciliationRequestSchema } from './contract/requests.ts';
import { ownerOf } from './owner.ts';
import { notFound } from './problem.ts';
import type { Running } from './service.ts';

type RequestedScope = NonNullable<z.infer<typeof reconciliationRequestSchema>['scope']>;
type Known = Pick<Running, 'config' | 'definitions'>;

/** The scope of a run that a request asks for; without one, all records. Throws InvalidRequest or InvalidId. */
export function scopeOf(asked: RequestedScope | undefined, { config, definitions }: Known): Scope {
  if (asked === undefined) return { of: 'all' };
  const { kind, collection, owner } = asked;
  const collected = [...definitions.values()].filter(hasCollections);
  const errors = faultsOf(asked, definitions, collected);
  if (errors.length > 0) throw new InvalidRequest(errors);
  if (owner !== undefined) return { of: 'owner', owner: ownerOf(owner, 'scope.owner') };
  if (collection === undefined) return { of: 'kind', kind: kind ?? '' };
  const { package: hash } = resolveCollection(collection, config.collections, 'scope.collection');
  return { of: 'collection', kind: kind ?? collected[0]?.kind ?? '', collection: hash };
}

/** Its entities are parts of collections. */
const hasCollections = ({ route }: EntityDefinition): boolean => route.includes('{collection}/');

/** A collection without a kind is accepted if only one kind has collections. */
function faultsOf(
  { kind, collection, owner }: RequestedScope,
  definitions: Known['definitions'],
  collected: readonly EntityDefinition[],
): FieldError[] {
  const errors: FieldError[] = [];
  const wrong = (name: string, message: string): void => void errors.push({ path: `scope.${name}`, message });
  const definition = kind === undefined ? undefined : definitions.get(kind);
  if (kind === undefined && collection === undefined && owner === undefined)
    errors.push({ path: 'scope', message: 'needs a kind, a collection or an owner' });
  if (kind !== undefined && definition === undefined) wrong('kind', unknownKind(definitions));
  if (kind !== undefined && owner !== undefined) wrong('kind', 'cannot be combined with an owner');
  if (collection !== undefined && owner !== undefined) wrong('collection', 'cannot be combined with an owner');
  else if (collection !== undefined && definition !== undefined && !hasCollections(definition))
    wrong('collection', 'this kind has no collections');
  else if (collection !== undefined && kind === undefined && collected.length !== 1)
    wrong('kind', 'is required, because several kinds have collections');
  return errors;
}

const runIdForm = /^[\w-]{1,100}$/;

/** The position in a list of runs. */
export const runPosition = z.string().check(z.regex(runIdForm));

/** The id of a run in the path. Throws `not_found` for text that cannot be an id. */
export function runIdOf({ id = '' }: Readonly<Record<string, string>>): string {
  if (!runIdForm.test(id)) throw notFound('there is no such run');
  return id;
}
