import { handler as authorize } from '../../functions/authorize.ts';
import { handler as getEntity } from '../../functions/get-entity.ts';
import { handler as lookup } from '../../functions/lookup.ts';
import { withTimeout } from '../../lib/domain/deadline.ts';
import { maxBatchBytes } from '../../lib/runtime/batch-request.ts';
import { corsRules } from '../../lib/runtime/cors.ts';
import { http } from '../../lib/runtime/http.ts';
import { notFound } from '../../lib/runtime/problem.ts';
import { emptyReply, methodNotAllowedReply } from '../../lib/runtime/reply.ts';
import { methodsOn } from '../../lib/runtime/route-of-path.ts';
import { asInstance, type Running, service } from '../../lib/runtime/service.ts';
import { flushTimeoutMs } from '../../lib/usecases/store-access.ts';
import type { Functions, Handler } from '../local/aws/functions.ts';
import { startHttpApi } from '../local/gateway/http-api.ts';
import { matchRoute } from '../local/gateway/match-route.ts';
import { type Route, routes, webFunctionNames, webRequests } from '../manifest.ts';

export interface WebProcess {
  readonly url: string;
  /** Says that it ends, answers what is being asked, and publishes what it has counted. */
  end(): Promise<void>;
}

export interface WebOptions {
  readonly host: string;
  readonly port: number;
  /** Of tests; left out: the service of the process. */
  readonly running?: Running;
}

/** For load balancers and containers: 200 while the process serves, 503 once it ends. It asks neither store nor node. */
const healthPath = '/health';

/**
 * The functions of the manifest that run as `web`, from the handlers that are deployed, in one process that serves many requests at
 * once: memory, snapshots and connections are shared by all of them. It has the routes of these functions and no others, so none for
 * operators. It stands behind something of AWS's that appends the caller's address to `X-Forwarded-For`.
 */
export async function startWebProcess({ host, port, running = service() }: WebOptions): Promise<WebProcess> {
  const { config, telemetry, chain } = running;
  let isServing = true;
  const health: Handler = () => ({ statusCode: isServing ? 200 : 503, body: isServing ? 'serving' : 'ending' });
  const bound = [...handlers].map(([name, handle]): [string, Handler] => [
    name,
    (event, context) => asInstance(running, () => handle(event, context)),
  ]);
  const api = await startHttpApi({
    host,
    port,
    functions: new Map([...bound, [healthName, health]]),
    routes: [...webRoutes, { method: 'GET', path: healthPath, function: healthName, audience: 'anyone' }],
    reads: config.reads,
    cors: corsRules(config.corsOrigins),
    maxRequests: webRequests,
    isBehindProxy: true,
    keepAliveMs,
    requestMs,
    maxBodyBytes: maxBatchBytes,
    report: (message, error) => telemetry.log.error(message, { error: String(error) }),
  });
  return {
    url: api.url,
    async end() {
      isServing = false;
      await api.close();
      await withTimeout(chain.flushed(), flushTimeoutMs);
      telemetry.flush(true);
    },
  };
}

/** Longer than the 60 seconds after which a load balancer leaves an idle connection, so that it never sends into one that is closed. */
const keepAliveMs = 65_000;
/** Bodies are kept until all of them has come: there are many at once, and a caller may send the last byte late, or never. */
const requestMs = 30_000;
const healthName = 'health' as Route['function'];

/** What no function of this process answers: a known path with another method, or a route that is elsewhere. */
const others = http(async ({ method, path, requestId }) => {
  if (!isServed(encodeURIComponent(path))) throw notFound('there is no such route');
  const allowed = methodsOn(path, own);
  const allow = [...allowed, 'OPTIONS'].join(', ');
  return method === 'OPTIONS' ? emptyReply(204, { allow }) : methodNotAllowedReply(method, allow, requestId);
}, 'anyone');

const handlers: Functions = new Map(
  Object.entries({ authorize, 'get-entity': getEntity, lookup, 'not-found': others }) as [string, Handler][],
);

const own = routes.filter((route) => webFunctionNames.includes(route.function));

/** All routes: one that is elsewhere must not be taken for an entity of its name (`/v1/assets/{collection}/history`). */
const webRoutes: readonly Route[] = routes.map((route) =>
  own.includes(route) ? route : { ...route, function: 'not-found', audience: 'anyone' },
);

/** Whether the process answers a path, as it is sent, by any method. */
export const isServed = (path: string): boolean =>
  own.some(({ method, function: name }) => matchRoute(routes, method, path)?.route.function === name);
