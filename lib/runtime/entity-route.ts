import { type EntityDefinition, type EntityRef, textRouteOf } from '../domain/entity.ts';
import { InvalidId, InvalidRequest } from '../domain/errors.ts';
import { refuseForeignCollection } from './access/admit.ts';
import type { Request } from './http.ts';

/** The characters that every HTTP intermediary passes on as they are (RFC 3986, 2.3: unreserved). */
const survives = /^(?!\.{1,2}$)[A-Za-z0-9._~-]+$/;

/**
 * The entity that a request names: the path parameters of its kind's route, joined by colons, are the id. A kind whose ids hold
 * any text has a second route, on which the last parameter is in the query: API Gateway decodes a path before it routes, cannot
 * tell `%2F` from a slash, and cuts at `%3F`. So text that a path may have lost is refused, and never read as a shorter id.
 * Throws `forbidden` where the principal may not use the entity's collection.
 */
export function refOf(request: Request, definitions: ReadonlyMap<string, EntityDefinition>): EntityRef {
  const ref = refIn(request, definitions);
  refuseForeignRef(ref, request.principal, definitions);
  return ref;
}

/** Rule ACCESS-6, for an entity under its canonical id. */
export function refuseForeignRef(
  { kind, id }: EntityRef,
  principal: Request['principal'],
  definitions: ReadonlyMap<string, EntityDefinition>,
): void {
  refuseForeignCollection(principal, definitions.get(kind)?.collectionOf?.(id) ?? null);
}

function refIn(request: Request, definitions: ReadonlyMap<string, EntityDefinition>): EntityRef {
  const { route, parameters, query } = request;
  const path = route
    .replace(/^[A-Z]+ /, '')
    .replace(/\/history$/, '')
    .replace(/\/local$/, '');
  for (const definition of definitions.values()) {
    const names = [...definition.route.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');
    const last = names.at(-1) ?? '';
    if (definition.route === path) {
      if (definition.idIsText) refuseLost(request, last);
      return refNamed(definition, names, parameters);
    }
    if (!definition.idIsText || textRouteOf(definition.route) !== path) continue;
    if (query[last] === undefined) throw new InvalidRequest([{ path: last, message: requiredIn(definition) }]);
    return refNamed(definition, names, { ...parameters, [last]: query[last] });
  }
  throw new Error(`no kind has the route ${route}`);
}

/** Who leaves out the id of a token may want all tokens. */
const requiredIn = ({ collectionOf }: EntityDefinition): string =>
  collectionOf === undefined
    ? 'is required'
    : 'is required; all of a collection: GET /v1/collections/{collection}/assets';

export interface EntityPaths {
  readonly path: string;
  readonly history: string;
}

/** The paths under which an entity and its history are answered; null: its kind has no route. */
export function pathsOf(
  { kind, id }: EntityRef,
  definitions: ReadonlyMap<string, EntityDefinition>,
): EntityPaths | null {
  const definition = definitions.get(kind);
  if (definition === undefined) return null;
  const names = [...definition.route.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');
  const parts = id.split(':');
  const values = [...parts.slice(0, names.length - 1), parts.slice(names.length - 1).join(':')];
  const last = values.at(-1) ?? '';
  const fill = (template: string): string =>
    template.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(values[names.indexOf(name)] ?? ''));
  // `history` and `local` as the last part of a path name other routes.
  if (!definition.idIsText || (survives.test(last) && last !== 'history' && last !== 'local')) {
    const path = fill(definition.route);
    return { path, history: `${path}/history` };
  }
  const [path, query] = [fill(textRouteOf(definition.route)), `?${names.at(-1)}=${encodeURIComponent(last)}`];
  return { path: path + query, history: `${path}/history${query}` };
}

function refNamed(
  { kind, canonicalId }: EntityDefinition,
  names: readonly string[],
  values: Readonly<Record<string, string>>,
): EntityRef {
  try {
    return { kind, id: canonicalId(names.map((name) => values[name] ?? '').join(':')) };
  } catch (error) {
    // A kind calls its id `id`; the caller knows it by the name in the route.
    if (error instanceof InvalidId && error.errors[0]?.path === 'id') throw error.at(names.at(-1) ?? 'id');
    throw error;
  }
}

function refuseLost({ route, path, parameters }: Request, name: string): void {
  const template = route.replace(/^[A-Z]+ /, '');
  const whole = template.replace(/\{(\w+)\}/g, (_, one) => parameters[one] ?? '');
  if (survives.test(parameters[name] ?? '') && path.endsWith(whole)) return;
  throw new InvalidId(
    'in a path only letters, digits and "._~-" reach this service unchanged; ' +
      `for any other ${name} use ${template.replace(`/{${name}}`, '')}?${name}=… or POST /v1/lookup`,
    name,
  );
}
