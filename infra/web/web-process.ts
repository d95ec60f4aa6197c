import { handler as authorize } from '../../functions/authorize.ts';
import { handler as getEntity } from '../../functions/get-entity.ts';
import { handler as lookup } from '../../functions/lookup.ts';
import { withTimeout } from '../../lib/domain/deadline.ts';
import { corsRules } from '../../lib/runtime/cors.ts';
import { http } from '../../lib/runtime/http.ts';
import { notFound } from '../../lib/runtime/problem.ts';
import { service } from '../../lib/runtime/service.ts';
import { flushTimeoutMs } from '../../lib/usecases/store-access.ts';
import type { Functions, Handler } from '../local/aws/functions.ts';
import { startHttpApi } from '../local/gateway/http-api.ts';
import { type Route, routes, webFunctionNames } from '../manifest.ts';

export interface WebProcess {
  readonly url: string;
  /** Says that it ends, answers what is being asked, and publishes what it has counted. */
  end(): Promise<void>;
}

/** For load balancers and containers: 200 while the process serves, 503 once it ends. It asks neither store nor node. */
export const healthPath = '/health';

/**
 * The functions of the manifest that run as `web`, from the handlers that are deployed, in one process that serves many requests at
 * once: memory, snapshots and connections are shared by all of them. It has the routes of these functions and no others, so none for
 * operators. It stands behind something of AWS's that appends the caller's address to `X-Forwarded-For`.
 */
export async function startWebProcess({
  host,
  port,
}: {
  readonly host: string;
  readonly port: number;
}): Promise<WebProcess> {
  const { config, telemetry, chain } = service();
  let isServing = true;
  const health: Handler = () => ({ statusCode: isServing ? 200 : 503, body: isServing ? 'serving' : 'ending' });
  const api = await startHttpApi({
    host,
    port,
    functions: new Map([...handlers, [healthName, health]]),
    routes: webRoutes,
    reads: config.reads,
    cors: corsRules(config.corsOrigins),
    isBehindProxy: true,
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

const healthName = 'health';
/** Other routes of the contract are elsewhere: here they do not exist, with any method. */
const elsewhere = http(async () => {
  throw notFound('there is no such route');
}, 'anyone');
const handlers: Functions = new Map(
  Object.entries({ authorize, 'get-entity': getEntity, lookup, 'not-found': elsewhere }) as [string, Handler][],
);

const webRoutes: readonly Route[] = [
  ...routes.filter((route) => webFunctionNames.includes(route.function) || route.path === '$default'),
  { method: 'GET', path: healthPath, function: healthName as Route['function'], audience: 'anyone' },
];
