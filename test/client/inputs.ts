import examples from '../../lib/runtime/contract/examples.json' with { type: 'json' };
import { openApi } from '../../lib/runtime/contract/openapi.ts';

// biome-ignore lint/suspicious/noExplicitAny: any part of a JSON document
type Json = any;

const recorded: Readonly<Record<string, Json>> = examples;
const parametersOf: Readonly<Record<string, readonly Json[]>> = Object.fromEntries(
  Object.values(openApi().paths).flatMap((methods: Json) =>
    Object.values(methods).map((operation: Json) => [operation.operationId, operation.parameters ?? []]),
  ),
);

/** The input of the recorded example of an operation, for the client. */
export function inputOf(operationId: string): Readonly<Record<string, unknown>> {
  const { parameters = {}, request } = recorded[operationId] ?? {};
  const input: Record<string, unknown> = {};
  for (const parameter of parametersOf[operationId] ?? []) {
    const { name, in: place, required, schema, example } = parameter;
    const value = parameters[name] ?? (required ? example : undefined);
    if (place === 'header' || name === 'minHeight' || name === 'at' || value === undefined) continue;
    const isBoolean = schema.enum?.join() === 'true,false';
    input[name] = isBoolean ? value === 'true' : schema.type === 'integer' ? Number(value) : value;
  }
  // What has no example of its own is asked about what the others are about.
  for (const { name, required } of parametersOf[operationId] ?? [])
    if (required && input[name] === undefined) input[name] = 'none';
  return { ...input, ...(request !== undefined && { body: request }) };
}

/** The recorded answers of an operation that are a success. */
export const answersOf = (operationId: string): readonly unknown[] =>
  Object.entries(recorded[operationId] ?? {})
    .filter(([status]) => /^2/.test(status))
    .map(([, answer]) => answer);
