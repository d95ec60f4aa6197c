import { LookupError } from '../../domain/errors.ts';
import type { Explanation } from '../../domain/explanation.ts';
import type { Service } from '../../domain/service.ts';

/** Request ids of API Gateway and of a local run. */
const requestIds = /^[A-Za-z0-9_=-]{1,128}$/;

/** Throws `not_found`. */
export async function findExplanation(
  requestId: string,
  { explanations, clock }: Pick<Service, 'explanations' | 'clock'>,
): Promise<Explanation> {
  const found = requestIds.test(requestId) ? await explanations.find(requestId, clock.now()) : undefined;
  if (found !== undefined) return found;
  throw new LookupError(
    'not_found',
    'there is no explanation of this request: for a day are kept those of requests that failed or had a stale answer, and of a share of the others, a few a second in each process',
  );
}
