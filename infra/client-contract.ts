/** A JSON Schema as the OpenAPI document has them. */
interface Schema {
  readonly $ref?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly description?: string;
}

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly description: string;
  readonly schema: Schema;
}

interface Content {
  readonly content?: Readonly<Record<string, { readonly schema: Schema }>>;
}

interface Described {
  readonly operationId: string;
  readonly summary: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: Content & { readonly required: boolean };
  readonly responses: Readonly<Record<string, Content>>;
}

interface OpenApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

const json = 'application/json';
/** What a call takes as an option by a name of its own, and not as a parameter. */
const optionNames = ['minHeight', 'at'];
const listMembers = ['items', 'entries', 'results'];
/** What an answer is known by. Not every member: an older deployment may lack a new one. */
const telling = ['data', 'meta', 'next', ...listMembers];

/** `lib/client/contract.ts`: the types of the client and what it needs to know of each route, from the OpenAPI document. */
export function clientContract(document: object): string {
  const { paths, components } = JSON.parse(JSON.stringify(document)) as OpenApiDocument;
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
  const shape = (schema: Schema | undefined): Schema => components.schemas[nameOf(schema) ?? ''] ?? schema ?? {};
  return [
    '// Made from the OpenAPI document by `npm run client`. A test compares the two.',
    '',
    '/** The schemas of the contract, by their names. */',
    `export interface Schemas ${membersOf(components.schemas, Object.keys(components.schemas), '')}`,
    '',
    '/** `input`: path, query and body. `takes`: headers and options. `answer`: the body. `item`: of a list. */',
    'export interface Operations {',
    ...operations.map(({ operation }) => typesOf(operation, shape)),
    '}',
    '',
    'export interface ClientRoute {',
    "  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';",
    '  readonly path: string;',
    '  /** Headers and options that the route knows. */',
    '  readonly takes: readonly string[];',
    '  /** What an answer is known by. */',
    '  readonly has: readonly string[];',
    '  /** Of a list: the member with the items. */',
    '  readonly items?: string;',
    '  /** Statuses of failure with an answer of the ordinary form. */',
    '  readonly also?: readonly number[];',
    '}',
    '',
    'export const clientRoutes: Readonly<Record<keyof Operations, ClientRoute>> = {',
    ...operations.map(({ path, method, operation }) => {
      const { takes, answer, also } = partsOf(operation);
      const { required = [] } = shape(answer);
      const known = required.filter((name) => telling.includes(name));
      const has = known.length > 0 ? known : required.slice(0, 1);
      const items = listMemberOf(operation, shape(answer));
      const route = { method, path, takes, has, ...(items && { items }), ...(also.length > 0 && { also }) };
      return `  ${operation.operationId}: ${JSON.stringify(route)},`;
    }),
    '};',
    '',
  ].join('\n');
}

function typesOf(operation: Described, shape: (schema: Schema | undefined) => Schema): string {
  const { operationId, summary, requestBody } = operation;
  const { input, takes, answer } = partsOf(operation);
  const body = requestBody?.content?.[json]?.schema;
  const members = {
    ...Object.fromEntries(input.map(({ name, schema, description }) => [name, { ...plain(schema), description }])),
    ...(body && { body }),
  };
  const required = input.filter((parameter) => parameter.required).map(({ name }) => name);
  const items = listMemberOf(operation, shape(answer));
  const type = answer === undefined ? 'undefined' : typeOf(answer, '    ');
  return [
    `  ${comment(summary)}`,
    `  readonly ${operationId}: {`,
    `    readonly input: ${membersOf(members, requestBody?.required ? [...required, 'body'] : required, '    ')};`,
    `    readonly takes: ${takes.map(literal).join(' | ') || 'never'};`,
    `    readonly answer: ${type};`,
    ...(items === undefined ? [] : [`    readonly item: ${type}[${literal(items)}][number];`]),
    '  };',
  ].join('\n');
}

function partsOf({ parameters = [], responses }: Described) {
  const isOption = ({ name, in: place }: Parameter) => place === 'header' || optionNames.includes(name);
  const jsonOf = (status: string) => responses[status]?.content?.[json]?.schema;
  const answer = Object.keys(responses).filter(isSuccess).map(jsonOf).find(Boolean);
  return {
    input: parameters.filter((parameter) => !isOption(parameter)),
    takes: parameters.filter(isOption).map(({ name }) => name),
    answer,
    also: Object.keys(responses)
      .filter((status) => !isSuccess(status) && answer !== undefined && jsonOf(status)?.$ref === answer.$ref)
      .map(Number),
  };
}

const isSuccess = (status: string): boolean => status.startsWith('2');

/** A list has a cursor, and its answer has `next`. */
function listMemberOf({ parameters = [] }: Described, { properties = {} }: Schema): string | undefined {
  const isList = parameters.some(({ name }) => name === 'cursor') && 'next' in properties;
  return isList ? listMembers.find((name) => properties[name]?.type === 'array') : undefined;
}

/** A parameter of `true` and `false` is a boolean. */
const plain = (schema: Schema): Schema => (schema.enum?.join() === 'true,false' ? { type: 'boolean' } : schema);

function typeOf(schema: Schema, indent: string): string {
  const { $ref, const: value, enum: values, anyOf, type, properties, additionalProperties, items } = schema;
  if ($ref !== undefined) return `Schemas[${literal(nameOf(schema) ?? '')}]`;
  if (value !== undefined) return literal(value);
  if (values !== undefined) return values.map(literal).join(' | ');
  if (anyOf !== undefined) return anyOf.map((one) => typeOf(one, indent)).join(' | ');
  if (Array.isArray(type)) return type.map((one) => typeOf({ ...schema, type: one }, indent)).join(' | ');
  if (type === 'string' || type === 'boolean' || type === 'null') return type;
  if (type === 'integer' || type === 'number') return 'number';
  if (type === 'array') return `readonly (${typeOf(items ?? {}, indent)})[]`;
  if (type === 'object') {
    const index = typeof additionalProperties === 'object' ? additionalProperties : undefined;
    const rest = index && `Readonly<Record<string, ${typeOf(index, indent)}>>`;
    if (properties === undefined) return rest ?? 'Readonly<Record<string, unknown>>';
    return [membersOf(properties, schema.required ?? [], indent), ...(rest ? [rest] : [])].join(' & ');
  }
  if (Object.keys(schema).every((keyword) => keyword === 'description')) return 'unknown';
  throw new Error(`the client cannot express this schema: ${JSON.stringify(schema)}`);
}

function membersOf(properties: Readonly<Record<string, Schema>>, required: readonly string[], indent: string): string {
  const inner = `${indent}  `;
  const lines = Object.entries(properties).flatMap(([name, schema]) => {
    const type = typeOf(schema, inner);
    const member = required.includes(name) ? `${name}: ${type}` : `${name}?: ${type} | undefined`;
    return [...(schema.description ? [inner + comment(schema.description)] : []), `${inner}readonly ${member};`];
  });
  return lines.length === 0 ? '{}' : `{\n${lines.join('\n')}\n${indent}}`;
}

const nameOf = (schema: Schema | undefined): string | undefined => schema?.$ref?.split('/').at(-1);

const literal = (value: unknown): string =>
  typeof value === 'string' ? `'${value.replace(/['\\]/g, '\\$&')}'` : JSON.stringify(value);

const comment = (text: string): string => `/** ${text.replaceAll('*/', '* /').replaceAll('\n', ' ')} */`;
