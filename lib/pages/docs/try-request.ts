import type { ApiParameter, ListedOperation } from '../open-api.ts';
import type { ApiCall } from '../send-here.ts';

/** What stands in the fields, by `fieldKey`; `body` under its own name. */
export type Fields = Readonly<Record<string, string>>;

export const fieldKey = ({ in: place, name }: Pick<ApiParameter, 'in' | 'name'>): string => `${place}-${name}`;

/** What must be given is filled in, where there is an example of it. */
export function firstFields({ parameters = [], requestBody }: ListedOperation): Fields {
  const required = parameters.filter(({ required }) => required).map((one) => [fieldKey(one), textOf(one.example)]);
  const example = Object.values(requestBody?.content ?? {})[0]?.example;
  return Object.fromEntries([
    ...required,
    ...(example === undefined ? [] : [['body', JSON.stringify(example, null, 2)]]),
  ]);
}

const textOf = (example: unknown): string => (example === undefined ? '' : String(example));

/** The request that the fields make. An empty field is left out. */
export function requestOf({ method, path, parameters = [], requestBody }: ListedOperation, fields: Fields): ApiCall {
  const given = (place: ApiParameter['in']) =>
    parameters
      .filter((one) => one.in === place)
      .map((one) => [one.name, fields[fieldKey(one)] ?? ''] as const)
      .filter(([, value]) => value !== '');
  const filled = given('path').reduce(
    (text, [name, value]) => text.replace(`{${name}}`, encodeURIComponent(value)),
    path,
  );
  const query = given('query').map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
  const body = fields.body?.trim() ?? '';
  const hasBody = requestBody !== undefined && body !== '';
  return {
    method,
    path: query.length === 0 ? filled : `${filled}?${query.join('&')}`,
    headers: {
      ...Object.fromEntries(given('header')),
      ...(hasBody && { 'Content-Type': Object.keys(requestBody.content ?? {})[0] ?? 'application/json' }),
    },
    ...(hasBody && { body }),
  };
}
