import * as z from 'zod/mini';

/** Names and descriptions of schemas, for the OpenAPI document. `id`: other schemas refer to the schema by this name. */
export const documentation = z.registry<{ readonly id?: string; readonly description: string }>();

/** The same schema with a description of its own. Parsing does not change. */
export function described<S extends z.ZodMiniType>(schema: S, description: string): S {
  const copy = z.clone(schema);
  documentation.add(copy, { description });
  return copy;
}

/** Names a schema: it stands once in the document, under `components`. */
export function component<S extends z.ZodMiniType>(id: string, description: string, schema: S): S {
  documentation.add(schema, { id, description });
  return schema;
}
