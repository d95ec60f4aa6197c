import { type AnyInput, type AnyOptions, buildRequest } from './build-request.ts';
import { ClientError, InvalidCallError } from './errors.ts';
import type { EtagCache } from './etag-cache.ts';
import type { OperationId, WholeAnswer } from './methods.ts';
import type { OwnWrites } from './own-writes.ts';
import { pauseBefore } from './retry.ts';
import { ask } from './revalidate.ts';
import type { WholeSettings } from './settings.ts';
import { startTimeLimit } from './time-limit.ts';

export interface Caller extends WholeSettings {
  readonly cache: EtagCache;
  readonly writes: OwnWrites;
}

/** One call of an operation: request, retries, own writes. Throws a ClientError and nothing else. */
export async function call(
  id: OperationId,
  input: AnyInput,
  options: AnyOptions,
  caller: Caller,
): Promise<WholeAnswer<unknown>> {
  try {
    return await callWithin(id, input, options, caller);
  } catch (error) {
    throw error instanceof ClientError ? error : new InvalidCallError(`${id} cannot be called like this`, error);
  }
}

async function callWithin(id: OperationId, input: AnyInput, options: AnyOptions, caller: Caller) {
  const { base, freshness, writes, readOwnWrites, random, now } = caller;
  const minHeight = readOwnWrites ? writes.minHeight : undefined;
  const request = buildRequest(id, input, options, { base, freshness, minHeight });
  const { retries = caller.retries, timeoutMs = caller.timeoutMs } = options;
  for (const [name, value] of Object.entries({ retries, timeoutMs }))
    if (!(typeof value === 'number' && value >= 0)) throw new InvalidCallError(`${name} must be a number, 0 or more`);
  const limit = startTimeLimit(timeoutMs + waitOf(input), now, options.signal);
  try {
    for (let attempt = 0; ; attempt += 1) {
      const before = limit.failure();
      if (before !== undefined) throw before;
      try {
        const answer = await ask(id, request, limit, caller);
        writes.see(id, answer.body);
        return answer;
      } catch (error) {
        if (!(error instanceof ClientError) || attempt >= retries) throw error;
        const pause = pauseBefore(attempt, error, { id, request, random });
        // What cannot be repeated in time has failed now.
        if (pause === undefined || pause >= limit.left()) throw error;
        await limit.wait(pause);
      }
    }
  } finally {
    limit.end();
  }
}

/** Milliseconds that the service may hold the answer back, as the caller asked. */
const waitOf = ({ wait }: AnyInput): number => (typeof wait === 'number' && wait > 0 ? wait * 1_000 : 0);
