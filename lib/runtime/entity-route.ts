import type { EntityDefinition, EntityRef } from '../domain/entity.ts';
import type { Request } from './http.ts';

/** The entity that a request's path names: the path parameters of its kind's route, joined by colons, are the id. */
export function refOf({ route, parameters }: Request, definitions: ReadonlyMap<string, EntityDefinition>): EntityRef {
  const path = route.replace(/^[A-Z]+ /, '').replace(/\/history$/, '');
  for (const definition of definitions.values()) {
    if (definition.route !== path) continue;
    const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');
    return { kind: definition.kind, id: definition.canonicalId(names.map((name) => parameters[name] ?? '').join(':')) };
  }
  throw new Error(`no kind has the route ${route}`);
}
