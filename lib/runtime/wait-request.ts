import type { EntityDefinition } from '../domain/entity.ts';
import { InvalidRequest } from '../domain/errors.ts';
import type { ReadOptions } from '../domain/freshness.ts';

/** API Gateway ends a request after 30 seconds, the function a second earlier; the time of the last read is within the wait. */
export const longestWaitSeconds = 25;

/** `?wait` of a request, in seconds; 0 where it is left out. Throws InvalidRequest. */
export function waitSecondsOf(
  text: string | undefined,
  { kind, awaits }: Pick<EntityDefinition, 'kind' | 'awaits'>,
  { onlyIfCached }: ReadOptions,
): number {
  if (text === undefined) return 0;
  const refuse = (message: string): never => {
    throw new InvalidRequest([{ path: 'wait', message }]);
  };
  if (awaits === undefined) refuse(`is for transactions: nothing of an entity of the kind ${kind} is waited for`);
  if (onlyIfCached) refuse('asks nodes, and only-if-cached forbids that');
  const seconds = /^\d{1,2}$/.test(text) ? Number(text) : 0;
  return seconds >= 1 && seconds <= longestWaitSeconds ? seconds : refuse(`must be 1 to ${longestWaitSeconds} seconds`);
}
