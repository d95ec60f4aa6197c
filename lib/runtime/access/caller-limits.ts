import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Audience } from '../../domain/audience.ts';
import { ChainReadsSpent, LookupError } from '../../domain/errors.ts';
import type { ChainReads } from '../../domain/ports/chain-reads.ts';
import type { Metrics } from '../../domain/ports/telemetry.ts';
import { anonymous, type Principal } from '../../domain/principal.ts';
import {
  callerOf,
  type LimitOfCaller,
  type LimitPolicy,
  type LimitSettings,
  limitOf,
} from '../../usecases/limits/caller.ts';
import type { Limiter } from '../../usecases/limits/limiter.ts';
import { placesFor, type TakePlace, type WaitingLimits } from '../../usecases/limits/waiting.ts';
import { pages } from '../page-routes.ts';
import { isRefusal, type Refusal } from './authenticate.ts';
import { callerAddress } from './caller-address.ts';

export interface Limiting {
  readonly limiter: Limiter;
  readonly metrics: Metrics;
  readonly config: { readonly callerLimits: LimitSettings; readonly edgeKey: string | null };
}

/** The caller has used its requests of a minute; after so many seconds it has some again. */
export const rateLimited = (limit: number, retryAfter: number): LookupError =>
  new LookupError('rate_limited', `the limit of ${limit} requests a minute is reached`, {
    retryable: true,
    retryAfter,
  });

/** Which limits the request of an event has taken from, for the fields of its answer. */
const charged = new WeakMap<object, Map<LimitPolicy, LimitOfCaller>>();

function note(event: object, limit: LimitOfCaller): void {
  const noted = charged.get(event);
  if (noted === undefined) charged.set(event, new Map([[limit.policy, limit]]));
  else noted.set(limit.policy, limit);
}

/** What monitors and clients ask before they work, and the pages, which cost neither the chain nor the store anything. */
const free: ReadonlySet<string> = new Set(['/v1/ready', '/v1/openapi.json', ...Object.keys(pages)]);
const isFree = (path: string): boolean => free.has(path) || path.startsWith('/pages/');

/** Rule LIMIT-9: who operates the service must be able to, whatever others do. */
export const isLimited = (audience: Audience | undefined, path: string): boolean =>
  audience !== 'operator' && audience !== 'auditor' && !isFree(path);

/** Takes requests from what the caller has left. Throws LookupError `rate_limited`. */
export async function charge(
  event: APIGatewayProxyEventV2,
  principal: Principal,
  requests: number,
  limiting: Limiting,
): Promise<void> {
  const limit = limitOfEvent('requests', event, principal, limiting);
  if (limit === undefined || requests <= 0) return;
  note(event, limit);
  const { isAdmitted, seconds } = await limiting.limiter.spend({ ...limit, requests });
  if (isAdmitted) return;
  limiting.metrics.count('RequestLimited');
  throw rateLimited(limit.limit, seconds);
}

/**
 * A request that is refused takes from the budget of its caller, or of its address where its credential is not valid, on every route
 * (rule LIMIT-9). Throws LookupError `rate_limited`.
 */
export const chargeRefused = (
  event: APIGatewayProxyEventV2,
  outcome: Principal | Refusal,
  limiting: Limiting,
): Promise<void> => charge(event, isRefusal(outcome) ? anonymous : outcome, 1, limiting);

/** Rule LIMIT-10: one read of the chain for each entity that the request has read there. undefined: there is no limit. */
export function chainReadsOf(
  event: APIGatewayProxyEventV2,
  principal: Principal,
  limiting: Limiting,
): ChainReads | undefined {
  const limit = limitOfEvent('chain-reads', event, principal, limiting);
  if (limit === undefined) return undefined;
  const one = { ...limit, requests: 1 };
  return {
    async spend(work) {
      note(event, limit);
      const { isAdmitted, seconds, giveBack } = await limiting.limiter.spend(one);
      if (!isAdmitted) throw new ChainReadsSpent(limit.limit, seconds);
      let isUsed = false;
      try {
        return await work(() => {
          isUsed = true;
        });
      } finally {
        if (!isUsed) giveBack();
      }
    },
  };
}

/** The places of those who wait, for the caller of an event. */
export const placesOf = (
  event: APIGatewayProxyEventV2,
  principal: Principal,
  running: Parameters<typeof placesFor>[2] & {
    readonly config: { readonly waiting: WaitingLimits; readonly edgeKey: string | null };
  },
): TakePlace =>
  placesFor(callerOf(principal, callerAddress(event, running.config.edgeKey)), running.config.waiting, running);

const limitOfEvent = (
  policy: LimitPolicy,
  event: APIGatewayProxyEventV2,
  principal: Principal,
  { config }: Limiting,
): LimitOfCaller | undefined => limitOf(policy, principal, callerAddress(event, config.edgeKey), config.callerLimits);

/** The fields of draft-ietf-httpapi-ratelimit-headers; none where the request has taken from no limit. */
export function rateLimitFields(
  event: object,
  { limiter }: Pick<Limiting, 'limiter'>,
): Readonly<Record<string, string>> {
  const limits = [...(charged.get(event)?.values() ?? [])];
  if (limits.length === 0) return {};
  const left = limits.map((limit) => ({ ...limit, ...limiter.look(limit) }));
  return {
    'ratelimit-policy': limits.map(({ policy, limit }) => `"${policy}";q=${limit};w=60`).join(', '),
    ratelimit: left.map(({ policy, left: units, seconds }) => `"${policy}";r=${units};t=${seconds}`).join(', '),
  };
}
