import { type Conflict, mayNotDecide } from '../../domain/conflict.ts';
import { LookupError } from '../../domain/errors.ts';
import type { Service } from '../../domain/service.ts';

type EyesService = Pick<Service, 'review' | 'keys'>;

/** Rule CONFLICT-7. Throws `conflict_state`; the message names the rule, and no other principal. Throws StoreUnavailable. */
export async function requireOtherEyes(conflict: Conflict, by: string, { review, keys }: EyesService): Promise<void> {
  const involved = review.fourEyes ? mayNotDecide(conflict) : [];
  if (involved.length === 0) return;
  const decides = await callersBehind([by], keys, conflict.openedAt);
  const barred = await callersBehind(involved, keys);
  if (![...decides].some((name) => barred.has(name))) return;
  throw new LookupError(
    'conflict_state',
    'four eyes are required: who opened the conflict, made or kept the disputed value, or decided before may not decide or undo; another person has to',
  );
}

/** No caller has so many keys behind its own. */
const mostKeys = 100;

/**
 * These principals, and those who may have their keys as well: a key that replaces another one is of the same caller. Who made it has
 * seen it: that counts for keys that were made from `since` on, since most keys are made by an operator for another one.
 */
async function callersBehind(
  names: readonly string[],
  keys: EyesService['keys'],
  since?: string,
): Promise<ReadonlySet<string>> {
  const callers = new Set(names);
  let read = 0;
  // A set goes through what is added on the way.
  for (const name of callers) {
    const [, id] = /^key:(.+)$/.exec(name) ?? [];
    if (id === undefined || read >= mostKeys) continue;
    read += 1;
    const key = await keys.find(id);
    if (key === undefined) continue;
    if (key.replaces !== null) callers.add(`key:${key.replaces}`);
    if (since !== undefined && key.createdAt >= since) callers.add(key.createdBy);
  }
  return callers;
}
