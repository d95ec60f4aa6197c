import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Audience } from '../../domain/audience.ts';
import { LookupError } from '../../domain/errors.ts';
import { anonymous, type Principal } from '../../domain/principal.ts';
import { budgetOf, type LimitSettings } from '../../usecases/limits/caller.ts';
import type { Limiter } from '../../usecases/limits/limiter.ts';

export interface Limiting {
  readonly limiter: Limiter;
  readonly config: { readonly callerLimits: LimitSettings };
}

type Charged = NonNullable<ReturnType<typeof budgetOf>>;

/** The caller has used its requests of a minute; after so many seconds it has some again. */
export const rateLimited = (limit: number, retryAfter: number): LookupError =>
  new LookupError('rate_limited', `the limit of ${limit} requests a minute is reached`, {
    retryable: true,
    retryAfter,
  });

/** Whose budget the request of an event takes from, for the fields of its answer. */
const charged = new WeakMap<object, Charged>();

/** What monitors and clients ask before they work. */
const free: readonly string[] = ['/v1/ready', '/v1/openapi.json'];

/** Rule LIMIT-9: who operates the service must be able to, whatever others do. */
export const isLimited = (audience: Audience | undefined, path: string): boolean =>
  audience !== 'operator' && audience !== 'auditor' && !free.includes(path);

/** Takes requests from what the caller has left. Throws LookupError `rate_limited`. */
export async function charge(
  event: APIGatewayProxyEventV2,
  principal: Principal,
  requests: number,
  { limiter, config }: Limiting,
): Promise<void> {
  const budget = budgetOf(principal, event.requestContext.http.sourceIp ?? '', config.callerLimits);
  if (budget === undefined || requests <= 0) return;
  charged.set(event, budget);
  const { isAdmitted, seconds } = await limiter.spend({ ...budget, requests });
  if (isAdmitted) return;
  throw rateLimited(budget.limit, seconds);
}

/** A request without a valid credential takes from the budget of its address (rule LIMIT-9). Throws LookupError `rate_limited`. */
export const chargeAddress = (event: APIGatewayProxyEventV2, limiting: Limiting): Promise<void> =>
  charge(event, anonymous, 1, limiting);

/** The fields of draft-ietf-httpapi-ratelimit-headers; none where the request takes from no budget. */
export function rateLimitFields(
  event: object,
  { limiter }: Pick<Limiting, 'limiter'>,
): Readonly<Record<string, string>> {
  const budget = charged.get(event);
  if (budget === undefined) return {};
  const { left, seconds } = limiter.look(budget);
  return {
    'ratelimit-policy': `"requests";q=${budget.limit};w=60`,
    ratelimit: `"requests";r=${left};t=${seconds}`,
  };
}
