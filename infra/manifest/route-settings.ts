import { routes as manifestRoutes, methodsOf, type Route } from './routes.ts';

/** How many requests a second the gateway lets pass to one route, of all callers together, and how many at once. */
export interface Throttle {
  readonly requestsPerSecond: number;
  readonly burst: number;
}

export interface RouteSettings extends Throttle {
  /** Whether there are metrics of this route alone: CloudWatch charges for each of them. */
  readonly isMeasured: boolean;
}

/** The settings of routes that differ from those of the stage, by route key. */
export function routeSettings(
  stage: Throttle,
  routes: readonly Route[] = manifestRoutes,
): ReadonlyMap<string, RouteSettings> {
  const all = routes.flatMap((route) =>
    methodsOf(route).map((method) => {
      const own = throttleOf(`${route.method} ${route.path}`, route, stage);
      const isMeasured = method === route.method && isForCallers(route);
      return [`${method} ${route.path}`, { own, isMeasured }] as const;
    }),
  );
  return new Map(
    all
      .filter(([, { own, isMeasured }]) => own !== undefined || isMeasured)
      .map(([key, { own, isMeasured }]) => [key, { ...(own ?? stage), isMeasured }]),
  );
}

/** undefined: that of the stage. */
function throttleOf(key: string, { audience }: Route, stage: Throttle): Throttle | undefined {
  // One request reads up to a hundred entities.
  if (key === 'POST /v1/lookup' || key === 'POST /v1/accounts/{id}/refresh')
    return within(stage, stage.requestsPerSecond / 50);
  // Asks every node, and every table.
  if (key === 'GET /v1/health') return within(stage, 5);
  if (audience === 'operator' || audience === 'auditor') return within(stage, 10);
  if (audience === 'writer') return within(stage, stage.requestsPerSecond / 10);
  return undefined;
}

/** A short burst costs little, and a person who opens a page needs it. */
const within = (stage: Throttle, requestsPerSecond: number): Throttle => ({
  requestsPerSecond: Math.min(requestsPerSecond, stage.requestsPerSecond),
  burst: Math.min(Math.max(10, 2 * requestsPerSecond), stage.burst),
});

/** Routes that have metrics of their own, for the method of the contract. */
export const measuredRoutes: readonly Route[] = manifestRoutes.filter(isForCallers);

/** What readers and writers feel when it is slow; what they keep of their own, and histories, are asked for less. */
function isForCallers({ audience, path }: Route): boolean {
  return (audience === 'reader' || audience === 'writer') && !/\/(local|history)(\/|$)/.test(path);
}
