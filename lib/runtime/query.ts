import { type FieldError, InvalidRequest } from '../domain/errors.ts';
import { firstOf } from './issues.ts';

type Query = Readonly<Record<string, string>>;

/**
 * The parameters of a query string, each decoded once. A parameter that is given twice is refused, because API Gateway joins
 * both values; a plus sign too, because it is a space for one client and a plus sign for another. Throws InvalidRequest.
 */
export function queryIn(rawQueryString: string): Query {
  const query = new Map<string, string>();
  const faults: FieldError[] = [];
  for (const pair of rawQueryString.split('&')) {
    if (pair === '') continue;
    const at = pair.indexOf('=');
    const [rawName, rawValue] = at === -1 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
    const name = decoded(rawName);
    const value = decoded(rawValue);
    const wrong = (message: string) => void faults.push({ path: shown(name ?? rawName), message });
    if (name === undefined || value === undefined) wrong('invalid percent-encoding');
    else if (pair.includes('+')) wrong('write %20 for a space, and %2B for a plus sign');
    else if (query.has(name)) wrong('is given more than once');
    else query.set(name, value);
  }
  if (faults.length > 0) throw new InvalidRequest(faults);
  return Object.fromEntries(query);
}

/** A misspelt parameter must not be ignored: an answer without it may be older or longer than the caller allows. */
export async function refuseUnknown(route: string, query: Query): Promise<void> {
  const names = Object.keys(query);
  if (names.length === 0) return;
  // Most requests have no query: a reader starts without the contract.
  const { operations } = await import('./contract/operations.ts');
  const key = route.replace(/^HEAD /, 'GET ');
  const operation = operations.find(({ method, path }) => `${method} ${path}` === key);
  if (operation === undefined) return;
  const known = (operation.parameters ?? []).flatMap((one) => (one.in === 'query' ? [one.name] : []));
  const message = `unknown parameter; ${known.length === 0 ? 'this route takes none' : `known: ${firstOf(known)}`}`;
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new InvalidRequest(unknown.map((name) => ({ path: shown(name), message })));
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

const shown = (name: string): string => name.slice(0, 40) || 'query';
