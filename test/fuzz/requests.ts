import fc from 'fast-check';
import type { Operation } from '../../lib/runtime/contract/operation.ts';
import { forgedCursor, jsonLike, urlText } from './mutations.ts';
import type { RawRequest } from './raw-request.ts';

/** What is known to be right of an operation: values of its parameters, and bodies. */
export interface Samples {
  readonly parameters: Readonly<Record<string, readonly string[]>>;
  readonly bodies: readonly unknown[];
  /** A first page, and the cursor that leads on from it; undefined: it is no list, or has one page. */
  readonly list: ListPage | undefined;
}

export interface ListPage {
  /** With its query, without a cursor. */
  readonly path: string;
  readonly cursor: string;
}

const directives = [
  'no-cache',
  'max-age=0',
  'max-age=10',
  'max-age=-1',
  'max-age',
  'max-stale',
  'max-stale=5',
  'min-fresh=3',
  'only-if-cached',
  'stale-if-error=0',
  'no-store',
  'unheard-of=1',
  'max-age="5"',
  'max-age=1e9',
  ',',
  '',
  '=',
  'no-cache no-cache',
] as const;

const contentTypes = [
  'application/json',
  'application/json; charset=utf-8',
  'text/plain',
  'application/xml',
  '',
  ';',
] as const;

/** Requests of an operation: right ones, spoilt ones, and hostile ones. */
export function requestsOf(operation: Operation, samples: Samples, key: string): fc.Arbitrary<RawRequest> {
  const { method, path, parameters = [], body } = operation;
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  const inPath = fc.tuple(...names.map((name) => urlText(samples.parameters[name] ?? [])));
  const query = fc.tuple(
    ...parameters.filter((one) => one.in === 'query').map((one) => queryOf(one.name, one.required, samples)),
    rarely(fc.constantFrom('unknown=1', 'limit=1&limit=2', 'cursor', '=', '&&', 'minheight=1'), '', 15),
  );
  const any = fc
    .record({ inPath, query, headers: headersOf(key), content: contentOf(body !== undefined, samples.bodies), tail })
    .map(({ inPath: values, query: parts, headers, content, tail: end }) => ({
      method,
      path: filled(path, values) + end + searchOf(parts),
      headers: { ...headers, ...content.headers },
      body: content.body,
    }));
  if (samples.list === undefined) return any;
  const { path: first, cursor } = samples.list;
  const next = fc.oneof(fc.constant(cursor), forgedCursor([cursor]), urlText([cursor]));
  const onward = fc
    .tuple(next, headersOf(key))
    .map(([at, headers]) => ({ method, path: `${first}&cursor=${at}`, headers, body: undefined }));
  return fc.oneof(any, onward);
}

/** Most requests have none of a rare thing. */
const rarely = <T>(value: fc.Arbitrary<T>, nothing: T, oneIn: number): fc.Arbitrary<T> =>
  fc.oneof({ weight: oneIn - 1, arbitrary: fc.constant(nothing) }, { weight: 1, arbitrary: value });

const tail = rarely(fc.constantFrom('/', '//', '/x', '%00', '%2Fx', '%3Fx'), '', 20);

const filled = (path: string, values: readonly string[]): string => {
  let at = 0;
  return path.replace(/\{\w+\}/g, () => values[at++] ?? '');
};

const searchOf = (parts: readonly string[]): string => {
  const search = parts.filter((part) => part !== '').join('&');
  return search === '' ? '' : `?${search}`;
};

function queryOf(name: string, isRequired: boolean, { parameters, list }: Samples): fc.Arbitrary<string> {
  const known = name === 'cursor' && list !== undefined ? [list.cursor] : (parameters[name] ?? ['1', '30', 'true']);
  const value = urlText(known);
  const given = value.map((text) => `${name}=${text}`);
  return isRequired
    ? fc.oneof({ weight: 14, arbitrary: given }, { weight: 1, arbitrary: fc.constant('') })
    : rarely(given, '', 3);
}

const headersOf = (key: string): fc.Arbitrary<Record<string, string>> => {
  const header = (name: string, values: readonly string[]) =>
    fc.constantFrom(...values).map((value): Record<string, string> => ({ [name]: value }));
  const cacheControl = fc
    .array(fc.constantFrom(...directives), { minLength: 1, maxLength: 3 })
    .map((list): Record<string, string> => ({ 'cache-control': list.join(', ') }));
  const right = { authorization: `Bearer ${key}` };
  return fc
    .tuple(
      rarely(header('authorization', ['Bearer wrong', 'Basic x', 'Bearer', '']), right, 12),
      rarely(cacheControl, {}, 3),
      rarely(header('if-none-match', ['*', '"x"', 'W/"x"', '"', ',,']), {}, 5),
      rarely(header('accept', ['application/json', 'text/html', '*/*', 'text/csv;q=0.1', ';;']), {}, 5),
    )
    .map((all) => Object.assign({}, ...all) as Record<string, string>);
};

interface Content {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

function contentOf(hasBody: boolean, samples: readonly unknown[]): fc.Arbitrary<Content> {
  if (!hasBody) return fc.constant({ headers: {}, body: undefined });
  const json = jsonLike(samples).map((value) => JSON.stringify(value) ?? '');
  const text = fc.oneof(
    { weight: 9, arbitrary: json },
    {
      weight: 1,
      arbitrary: fc.constantFrom('', '{', '[', '"', '\u0000', '['.repeat(20_000), '{"a":'.repeat(5_000), '1e999'),
    },
  );
  const type = fc.oneof(
    { weight: 9, arbitrary: fc.constant('application/json') },
    { weight: 1, arbitrary: fc.constantFrom(...contentTypes) },
  );
  return fc.tuple(text, type).map(([body, contentType]) => ({
    headers: { 'content-type': contentType, 'content-length': String(Buffer.byteLength(body)) },
    body,
  }));
}
