import { methodsOf, type Route } from '../../manifest.ts';

export interface Match {
  readonly route: Route;
  readonly routeKey: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/**
 * The route that API Gateway picks for an HTTP API. It decodes the path once and then matches, so that an encoded slash
 * separates segments like any other. From the left, a literal segment wins over a parameter. Without a match the route is
 * `$default`. Throws URIError for invalid percent-encoding in the path.
 */
export function matchRoute(routes: readonly Route[], method: string, path: string): Match | undefined {
  const segments = decodeURIComponent(path).split('/');
  const found = routes
    .filter((route) => takes(route, method) && fits(route.path.split('/'), segments))
    .sort((a, b) => compareTemplates(a.path.split('/'), b.path.split('/')))[0];
  if (found) {
    const routeKey = `${found.method === 'ANY' ? 'ANY' : method} ${found.path}`;
    return { route: found, routeKey, parameters: parametersOf(found.path, segments) };
  }
  const fallback = routes.find((route) => route.path === '$default');
  return fallback && { route: fallback, routeKey: '$default', parameters: {} };
}

const takes = (route: Route, method: string): boolean =>
  methodsOf(route).some((taken) => taken === method || taken === 'ANY');

const nameOf = (segment: string): string | undefined => /^\{(.+)\}$/.exec(segment)?.[1];

const fits = (template: string[], segments: string[]): boolean =>
  template.length === segments.length &&
  template.every((part, at) => (nameOf(part) === undefined ? part === segments[at] : segments[at] !== ''));

function compareTemplates(a: string[], b: string[]): number {
  const at = a.findIndex((part, index) => (nameOf(part) === undefined) !== (nameOf(b[index] ?? '') === undefined));
  if (at === -1) return 0;
  return nameOf(a[at] ?? '') === undefined ? -1 : 1;
}

const parametersOf = (path: string, segments: string[]): Record<string, string> =>
  Object.fromEntries(
    path.split('/').flatMap((part, at) => {
      const name = nameOf(part);
      return name === undefined ? [] : [[name, segments[at] ?? '']];
    }),
  );
