import type { ApiOperation, ApiSchema } from '../open-api.ts';

export const schemaName = (ref: string): string => ref.slice(ref.lastIndexOf('/') + 1);

/** A schema in a few words: `integer, 0 or more`, `list of Block, or null`, `"asset"`. */
export function typeInWords(schema: ApiSchema): string {
  const words = [baseOf(schema), ...limitsOf(schema)].join(', ');
  return schema.default === undefined ? words : `${words}; ${JSON.stringify(schema.default)} where it is left out`;
}

function baseOf({ $ref, const: fixed, enum: values, anyOf, type, items, format }: ApiSchema): string {
  if ($ref !== undefined) return schemaName($ref);
  if (fixed !== undefined) return JSON.stringify(fixed);
  if (values !== undefined) return values.map((value) => JSON.stringify(value)).join(' or ');
  if (anyOf !== undefined) return [...new Set(anyOf.map(typeInWords))].join(', or ');
  if (type === 'array') return `list of ${items === undefined ? 'anything' : typeInWords(items)}`;
  if (format === 'date-time') return 'time (ISO 8601, UTC)';
  if (format === 'date') return 'date';
  return type === undefined ? 'anything' : [type].flat().join(' or ');
}

/** The limits that zod writes for every integer say nothing. */
const isSafe = (limit: number): boolean => Math.abs(limit) === Number.MAX_SAFE_INTEGER;

function limitsOf(schema: ApiSchema): readonly string[] {
  const { minimum, maximum, minLength, maxLength, minItems, maxItems, pattern } = schema;
  return [
    between(minimum, maximum, ''),
    between(minLength === 1 ? undefined : minLength, maxLength, ' characters'),
    between(minItems, maxItems, ' items'),
    pattern === undefined ? '' : `like ${pattern}`,
  ].filter((words) => words !== '');
}

function between(least: number | undefined, most: number | undefined, unit: string): string {
  const low = least === undefined || isSafe(least) ? undefined : least;
  const high = most === undefined || isSafe(most) ? undefined : most;
  if (low !== undefined && high !== undefined) return low === high ? `${low}${unit}` : `${low} to ${high}${unit}`;
  if (low !== undefined) return `${low}${unit} or more`;
  return high === undefined ? '' : `at most ${high}${unit}`;
}

/** The unit of a member, as its name gives it: that is a rule of the contract. */
export function unitOf(name: string): string | undefined {
  if (name === 'motes') return 'motes';
  if (name === 'cspr') return 'CSPR';
  if (name === 'age' || /Seconds$/.test(name)) return 'seconds';
  if (/(?:Ms|Millis)$/.test(name)) return 'milliseconds';
  return name === 'height' || /Height$/.test(name) ? 'block height' : undefined;
}

/** Whether it answers without a credential. */
export const answersAnyone = ({ security }: Pick<ApiOperation, 'security'>): boolean =>
  security.some((one) => Object.keys(one).length === 0);

/** What a role is included in, besides itself. */
const alsoHeldBy: Readonly<Record<string, string>> = {
  reader: ', which every other role includes',
  auditor: ' or operator',
};

/** Who may call, from the security of an operation. */
export function callersInWords(security: ApiOperation['security']): string {
  const role = security.flatMap(({ bearer }) => bearer ?? [])[0];
  const isSigned = security.some(({ iam }) => iam !== undefined);
  if (role === undefined) return answersAnyone({ security }) ? 'anyone.' : 'whom AWS lets in.';
  const roles = `a credential with the role ${role}${alsoHeldBy[role] ?? ''}${isSigned ? ', or a principal of AWS where the deployment wants that' : ''}`;
  return answersAnyone({ security }) ? `${roles}; without one where the deployment is open to readers.` : `${roles}.`;
}
