import { askedHeader, edgeFunction } from '../../infra/stacks/edge-function.ts';
import type { Got } from '../support/local.ts';

type Headers = Readonly<Record<string, string>>;

interface Stored {
  readonly key: string;
  readonly got: Got;
  readonly nominated: readonly (readonly [string, string | undefined])[];
  readonly at: number;
}

/** A request as CloudFront has it behind its function, and the key that it is kept under in `infra/stacks/edge-stack.ts`. */
export function cloudFrontKey(path: string, headers: Headers): string {
  const handler = new Function(`${edgeFunction}; return handler;`)() as (event: object) => {
    readonly headers: Readonly<Record<string, { readonly value: string }>>;
  };
  const sent = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, { value }]));
  const { headers: got } = handler({ request: { headers: sent }, viewer: { ip: '192.0.2.1' } });
  return JSON.stringify([path, got.authorization?.value, got[askedHeader]?.value]);
}

/**
 * A shared cache by the letter of RFC 9111, sections 3, 3.5, 4.1 and 4.2, which like a CDN does not look at `Cache-Control` of
 * a request: it keeps all that it may, and gives it to all that it may. `clock` is in seconds. `keyOf`: it does not look at `Vary` either, and has a key of its own.
 */
export function sharedCache(
  ask: (path: string, headers: Headers) => Promise<Got>,
  clock: { now: number },
  keyOf?: (path: string, headers: Headers) => string,
) {
  const stored: Stored[] = [];
  return async (path: string, headers: Headers = {}): Promise<{ readonly got: Got; readonly isReused: boolean }> => {
    const wanted = keyOf?.(path, headers) ?? path;
    const kept = stored.find((one) => one.key === wanted && fits(one, headers) && isFresh(one, clock.now));
    if (kept !== undefined) return { got: kept.got, isReused: true };
    const got = await ask(path, headers);
    if (mayStore(got, headers)) {
      const names = keyOf === undefined ? listed(got.headers.get('vary')) : [];
      const nominated = names.map((name) => [name, headers[name]] as const);
      stored.unshift({ key: wanted, got, nominated, at: clock.now });
    }
    return { got, isReused: false };
  };
}

function mayStore({ headers: answered }: Got, asked: Headers): boolean {
  const directives = listed(answered.get('cache-control'));
  if (directives.some((one) => one === 'no-store' || one === 'private') || lifetime(answered) === 0) return false;
  const allowed = directives.some((one) => /^(public|must-revalidate|s-maxage=\d+)$/.test(one));
  return asked.authorization === undefined || allowed;
}

const fits = ({ nominated }: Stored, asked: Headers): boolean =>
  nominated.every(([name, value]) => name !== '*' && asked[name] === value);

const isFresh = ({ got, at }: Stored, now: number): boolean =>
  Number(got.headers.get('age') ?? 0) + (now - at) < lifetime(got.headers) &&
  !listed(got.headers.get('cache-control')).includes('no-cache');

const lifetime = (answered: Got['headers']): number =>
  Number(/\bmax-age=(\d+)/.exec(answered.get('cache-control') ?? '')?.[1] ?? 0);

const listed = (text: string | null): string[] =>
  (text ?? '')
    .split(',')
    .map((part) => part.trim().toLowerCase())
    .filter((part) => part !== '');
