import { entityRoutes } from '../../lib/entities/index.ts';
import type { FunctionName } from './functions.ts';

/** Who may call: `anyone` and `reader` need no credential, `writer` and `operator` one that carries the role. */
export type Audience = 'anyone' | 'reader' | 'writer' | 'operator';

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'ANY';
  /** `/v1/…/{parameter}`, or `$default`: whatever no other route takes. */
  readonly path: string;
  readonly function: FunctionName;
  readonly audience: Audience;
}

export const routes: readonly Route[] = [
  ...entityRoutes.flatMap(({ route }): Route[] => [
    { method: 'GET', path: route, function: 'get-entity', audience: 'reader' },
    { method: 'GET', path: `${route}/history`, function: 'get-history', audience: 'reader' },
  ]),
  { method: 'GET', path: '/v1/assets', function: 'find-entities', audience: 'reader' },
  { method: 'POST', path: '/v1/lookup', function: 'lookup', audience: 'reader' },
  { method: 'GET', path: '/v1/conflicts', function: 'list-conflicts', audience: 'operator' },
  { method: 'GET', path: '/v1/conflicts/{id}', function: 'list-conflicts', audience: 'operator' },
  { method: 'POST', path: '/v1/conflicts/{id}/decision', function: 'decide-conflict', audience: 'operator' },
  { method: 'POST', path: '/v1/conflicts/{id}/undo', function: 'decide-conflict', audience: 'operator' },
  { method: 'POST', path: '/v1/conflicts/resolve', function: 'decide-conflict', audience: 'operator' },
  { method: 'POST', path: '/v1/reconciliations', function: 'start-reconciliation', audience: 'operator' },
  { method: 'POST', path: '/v1/reconciliations/{id}/cancel', function: 'start-reconciliation', audience: 'operator' },
  { method: 'GET', path: '/v1/reconciliations', function: 'get-reconciliation', audience: 'operator' },
  { method: 'GET', path: '/v1/reconciliations/{id}', function: 'get-reconciliation', audience: 'operator' },
  { method: 'GET', path: '/v1/sync', function: 'get-sync', audience: 'operator' },
  { method: 'POST', path: '/v1/sync', function: 'force-sync', audience: 'operator' },
  { method: 'POST', path: '/v1/sync/rewind', function: 'rewind-sync', audience: 'operator' },
  { method: 'POST', path: '/v1/invalidations', function: 'invalidate', audience: 'operator' },
  { method: 'GET', path: '/v1/audit', function: 'get-audit-report', audience: 'operator' },
  { method: 'GET', path: '/v1/stats', function: 'get-stats', audience: 'operator' },
  { method: 'GET', path: '/v1/health', function: 'get-health', audience: 'anyone' },
  { method: 'GET', path: '/v1/ready', function: 'get-ready', audience: 'anyone' },
  { method: 'GET', path: '/v1/openapi.json', function: 'get-openapi', audience: 'anyone' },
  { method: 'ANY', path: '$default', function: 'not-found', audience: 'anyone' },
];

/** What answers GET answers HEAD, as HTTP asks; the gateway does not see to it by itself. */
export const methodsOf = ({ method }: Route) => (method === 'GET' ? (['GET', 'HEAD'] as const) : ([method] as const));

export const isOpen = (audience: Audience): boolean => audience === 'anyone' || audience === 'reader';
