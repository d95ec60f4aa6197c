import * as z from 'zod/mini';
import { aboutApi, headers, securityOf, securitySchemes, servers, tags } from './about.ts';
import { absenceSchema } from './answers.ts';
import { documentation } from './described.ts';
import examples from './examples.json' with { type: 'json' };
import { type Audience, type Operation, type ResponseSpec, sharedResponses } from './operation.ts';
import { operations } from './operations.ts';
import type { Parameter } from './parameters.ts';
import { problemSchema, throttledSchema } from './problems.ts';

interface Recorded {
  /** Values of path and query. */
  readonly parameters?: Readonly<Record<string, string>>;
  readonly request?: unknown;
  /** Answers by status. */
  readonly [status: string]: unknown;
}

/** Requests and answers by operation, and shared answers by name, recorded by `npm run examples`. */
const recorded: Readonly<Record<string, Recorded>> = examples;

/** The OpenAPI 3.1 document, generated from the schemas that check requests, and answers in tests. */
export function openApi() {
  return {
    openapi: '3.1.1',
    info: aboutApi,
    servers,
    tags,
    paths: pathsOf(operations),
    components: {
      schemas: schemas(),
      responses: mapValues(sharedResponses, (spec, name) =>
        responseOf(spec, Object.values(recorded[name] ?? {})[0], limitFields('reader')),
      ),
      headers,
      securitySchemes,
    },
  };
}

function pathsOf(all: readonly Operation[]) {
  const paths: Record<string, Record<string, ReturnType<typeof operationOf>>> = {};
  for (const operation of all) {
    paths[operation.path] = { ...paths[operation.path], [operation.method.toLowerCase()]: operationOf(operation) };
  }
  return paths;
}

function operationOf(operation: Operation) {
  const { operationId, summary, description, tag, audience, needsCredential, parameters, body, mayLackBody } =
    operation;
  const example = recorded[operationId] ?? {};
  return {
    operationId,
    tags: [tag],
    summary,
    description,
    security: securityOf(audience, needsCredential),
    ...(parameters !== undefined && {
      parameters: parameters.map((parameter) => {
        const value = typed(example.parameters?.[parameter.name], parameter) ?? parameter.example;
        return { ...parameter, ...(value !== undefined && { example: value }) };
      }),
    }),
    ...(body !== undefined && {
      requestBody: {
        description: descriptionOf(body),
        required: mayLackBody !== true,
        content: { 'application/json': mediaOf(body, example.request) },
      },
    }),
    responses: mapValues(operation.responses, (spec, status) => {
      const shared = sharedNames.get(spec);
      return shared === undefined
        ? responseOf(spec, example[status], limitFields(audience))
        : { $ref: `#/components/responses/${shared}` };
    }),
  };
}

/** Rule LIMIT-9: what readers and writers call is limited, and every answer says what is left. */
const limitFields = (audience: Audience): readonly string[] =>
  audience === 'reader' || audience === 'writer' ? ['RateLimit-Policy', 'RateLimit'] : [];

const sharedNames = new Map<ResponseSpec, string>(Object.entries(sharedResponses).map(([name, spec]) => [spec, name]));

function responseOf(
  { description, schema, headers: always = [], optionalHeaders = [], orAs = [], orProblem, orGateway }: ResponseSpec,
  example: unknown,
  limits: readonly string[],
) {
  const sent = [...new Set([...always, ...optionalHeaders, ...limits])];
  const type = schema === problemSchema || schema === absenceSchema ? 'application/problem+json' : 'application/json';
  return {
    description,
    ...(sent.length > 0 && {
      headers: Object.fromEntries(sent.map((name) => [name, { $ref: `#/components/headers/${name}` }])),
    }),
    ...(schema && {
      content: {
        [type]: mediaOf(schema, example),
        ...Object.fromEntries(orAs.map((text) => [text, { schema: { type: 'string' } }])),
        ...(orGateway && { 'application/json': mediaOf(throttledSchema, undefined) }),
        ...(orProblem && { 'application/problem+json': mediaOf(problemSchema, undefined) }),
      },
    }),
  };
}

/** A request has every parameter as text. */
const typed = (text: string | undefined, { schema }: Parameter): string | number | undefined =>
  text !== undefined && 'type' in schema && schema.type === 'integer' ? Number(text) : text;

const mediaOf = (schema: z.ZodMiniType, example: unknown) => ({
  schema: { $ref: addressOf(documentation.get(schema)?.id ?? '') },
  ...(example !== undefined && { example }),
});

const addressOf = (name: string): string => `#/components/schemas/${name}`;

const descriptionOf = (schema: z.ZodMiniType): string => documentation.get(schema)?.description ?? '';

/** Every schema with a name. Answers may get new members; requests may not have unknown ones. */
function schemas(): Record<string, object> {
  const made = z.toJSONSchema(documentation, { metadata: documentation, uri: addressOf, override: simplify }).schemas;
  return mapValues(made, ({ $schema, $id, ...schema }, name) => (name.endsWith('Request') ? schema : open(schema)));
}

/** Removes members that only repeat the format or the type. */
function simplify({ jsonSchema }: { readonly jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (jsonSchema.format === 'date-time' || jsonSchema.format === 'date') delete jsonSchema.pattern;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  delete jsonSchema.propertyNames;
}

/** The schema without `additionalProperties: false`, at any depth. */
function open<T>(schema: T): T {
  if (Array.isArray(schema)) return schema.map(open) as T;
  if (typeof schema !== 'object' || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema).flatMap(([key, value]) =>
      key === 'additionalProperties' && value === false ? [] : [[key, open(value)]],
    ),
  ) as T;
}

const mapValues = <From, To>(values: Readonly<Record<string, From>>, map: (value: From, key: string) => To) =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, map(value, key)]));
