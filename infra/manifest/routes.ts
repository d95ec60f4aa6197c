import type { Audience, Operation } from '../../lib/runtime/contract/operation.ts';
import { operations } from '../../lib/runtime/contract/operations.ts';
import { pageRoutes } from '../../lib/runtime/page-routes.ts';
import { type FunctionName, functionNames } from './functions.ts';

export { type Audience, iamRoles, iamRolesFor, isOpen, type Reads } from '../../lib/runtime/contract/operation.ts';

export interface Route {
  readonly method: Operation['method'] | 'ANY';
  /** `/v1/…/{parameter}`, or `$default`: every request that no other route matches. */
  readonly path: string;
  readonly function: FunctionName;
  readonly audience: Audience;
}

/** The routes of the contract, those of the pages, and one for all other requests. */
export const routes: readonly Route[] = [
  ...operations.map(({ method, path, audience, function: name }) => ({
    method,
    path,
    audience,
    function: manifestFunction(name, path),
  })),
  ...pageRoutes.map((route) => ({ ...route, audience: 'anyone' }) as const),
  { method: 'ANY', path: '$default', function: 'not-found', audience: 'anyone' },
];

/** A route that answers GET answers HEAD too, as HTTP requires; API Gateway needs a route for it. */
export const methodsOf = ({ method }: Route) => (method === 'GET' ? (['GET', 'HEAD'] as const) : ([method] as const));

function manifestFunction(name: string, path: string): FunctionName {
  const known = functionNames.find((one) => one === name);
  if (known === undefined) throw new Error(`The route ${path} names a function that is not in the manifest: ${name}`);
  return known;
}
