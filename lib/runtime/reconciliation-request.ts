import type * as z from 'zod/mini';
import type { EntityDefinition } from '../domain/entity.ts';
import { type FieldError, InvalidRequest } from '../domain/errors.ts';
import type { Scope } from '../domain/reconciliation.ts';
import { resolveCollection } from '../entities/collections.ts';
import { ownerOf } from './owner.ts';
import { notFound } from './problem.ts';
import type { reconciliationStart } from './requests.ts';
import type { Running } from './service.ts';

type Asked = NonNullable<z.infer<typeof reconciliationStart>['scope']>;
type Known = Pick<Running, 'config' | 'definitions'>;

/** What a run is to be about; all where nothing is said. Throws InvalidRequest, or InvalidId. */
export function scopeOf(asked: Asked | undefined, { config, definitions }: Known): Scope {
  if (asked === undefined) return { of: 'all' };
  const { kind, collection, owner } = asked;
  const collected = [...definitions.values()].filter(hasCollections);
  const errors = faultsOf(asked, definitions, collected);
  if (errors.length > 0) throw new InvalidRequest(errors);
  if (owner !== undefined) return { of: 'owner', owner: ownerOf(owner) };
  if (collection === undefined) return { of: 'kind', kind: kind ?? '' };
  const { package: hash } = resolveCollection(collection, config.collections);
  return { of: 'collection', kind: kind ?? collected[0]?.kind ?? '', collection: hash };
}

const hasCollections = ({ route }: EntityDefinition): boolean => route.includes('{collection}');

/** A collection alone is of the one kind that has any. */
function faultsOf(
  { kind, collection, owner }: Asked,
  definitions: Known['definitions'],
  collected: readonly EntityDefinition[],
): FieldError[] {
  const errors: FieldError[] = [];
  const wrong = (name: string, message: string): void => void errors.push({ path: `scope.${name}`, message });
  const definition = kind === undefined ? undefined : definitions.get(kind);
  if (kind === undefined && collection === undefined && owner === undefined)
    errors.push({ path: 'scope', message: 'names neither a kind nor a collection nor an owner' });
  if (kind !== undefined && definition === undefined) wrong('kind', 'is no kind that is served here');
  if (kind !== undefined && owner !== undefined) wrong('kind', 'is not for what somebody owns');
  if (collection !== undefined && owner !== undefined) wrong('collection', 'is not for what somebody owns');
  else if (collection !== undefined && definition !== undefined && !hasCollections(definition))
    wrong('collection', 'is not of this kind');
  else if (collection !== undefined && kind === undefined && collected.length !== 1)
    wrong('kind', 'is needed: collections are of several kinds');
  return errors;
}

/** Of the path; throws `not_found` for what can be no id of a run. */
export function runIdOf({ id = '' }: Readonly<Record<string, string>>): string {
  if (!/^[\w-]{1,100}$/.test(id)) throw notFound('there is no such run');
  return id;
}
