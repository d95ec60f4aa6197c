import { clientRoutes } from './contract.ts';
import { InvalidCallError } from './errors.ts';
import { writeJson } from './exact-json.ts';
import { cacheControlOf, type FreshnessOptions } from './freshness.ts';
import type { ClientCallOptions, OperationId } from './methods.ts';

/** Path, query and body of a call, by their names. */
export type AnyInput = Readonly<Record<string, unknown>>;

export interface AnyOptions extends ClientCallOptions, FreshnessOptions {
  readonly minHeight?: number | undefined;
  readonly at?: number | undefined;
  readonly ifMatch?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
  readonly idempotencyKey?: string | undefined;
}

export interface BuiltRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** What is asked for, without the height that it must have reached. */
  readonly subject: string;
  readonly minHeight: number | undefined;
  /** `csv` or `html`: the answer is text. */
  readonly format: unknown;
}

interface Defaults {
  readonly base: string;
  readonly freshness: FreshnessOptions;
  /** The block that reads must not be older than. */
  readonly minHeight: number | undefined;
}

/** The request of a call. Throws an InvalidCallError. */
export function buildRequest(id: OperationId, input: AnyInput, options: AnyOptions, defaults: Defaults): BuiltRequest {
  const { method, path: template, takes } = clientRoutes[id];
  const { body, ...parameters } = input;
  const isPast = options.at !== undefined;
  const isList = !takes.includes('minHeight');
  const path = pathOf(template, parameters);
  const minHeight = isPast ? options.minHeight : Math.max(options.minHeight ?? 0, defaults.minHeight ?? 0) || undefined;
  const query = { ...path.rest, ...(takes.includes('at') && { at: options.at }) };
  const { maxAge } = { ...defaults.freshness, ...options };
  // What is said about the newest value is refused about the past.
  const freshness = isList ? { maxAge } : isPast ? options : { ...defaults.freshness, ...options };
  const headers = {
    accept: 'format' in input ? '*/*' : 'application/json',
    'cache-control': (takes.includes('Cache-Control') && cacheControlOf(freshness)) || asksForNothing,
    'content-type': body === undefined ? undefined : 'application/json',
    'if-match': options.ifMatch,
    // Answers are kept and revalidated here: to a reader, 304 would be no answer.
    'if-none-match': method === 'GET' ? undefined : options.ifNoneMatch,
    'idempotency-key': takes.includes('Idempotency-Key') ? (options.idempotencyKey ?? newKey()) : undefined,
  };
  return {
    method,
    url: defaults.base + path.text + queryOf({ ...query, ...(!isList && { minHeight }) }),
    headers: Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined)) as Record<
      string,
      string
    >,
    body: body === undefined || typeof body === 'string' ? body : writeJson(body),
    subject: path.text + queryOf(query),
    minHeight,
    format: input.format,
  };
}

/** With `cache: 'no-store'` and no header, fetch would add `no-cache`, which has the service ask the chain each time. */
const asksForNothing = 'no-transform';

/** `rest`: what the path does not take. */
function pathOf(template: string, parameters: AnyInput): { readonly text: string; readonly rest: AnyInput } {
  const rest = { ...parameters };
  const inQuery = template.includes('{tokenId}') && typeof rest.tokenId === 'string' && !fitsPath(rest.tokenId);
  const text = (inQuery ? template.replace('/{tokenId}', '') : template).replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = rest[name];
    delete rest[name];
    if (typeof value !== 'string' || /^\.{0,2}$/.test(value)) throw new InvalidCallError(`${name} is missing`);
    return encodeURIComponent(value);
  });
  return { text, rest };
}

/** A path loses other ids of tokens, or takes them for another route: they go into the query. */
const fitsPath = (tokenId: string): boolean => /^[\w.~-]+$/.test(tokenId) && !/^(\.{1,2}|history|local)$/.test(tokenId);

function queryOf(query: AnyInput): string {
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined && value !== null);
  const text = pairs.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`);
  return text.length === 0 ? '' : `?${text.join('&')}`;
}

const newKey = (): string => [...crypto.getRandomValues(new Uint32Array(4))].map((part) => part.toString(36)).join('-');
