import { parseRefKey } from '../domain/entity.ts';
import type { Tracked } from '../usecases/reading/tracked.ts';
import { refWithin } from './invalidation-request.ts';
import { pageOf } from './page.ts';
import type { Running } from './service.ts';

/** What to refresh of an account, and the query that its cursors belong to. Throws InvalidRequest. */
export function trackedIn(
  account: string,
  cursor: string | undefined,
  { definitions }: Pick<Running, 'definitions'>,
): { readonly tracked: Tracked; readonly query: string } {
  const query = JSON.stringify(['refresh', account]);
  const kinds = [...definitions.values()]
    .filter(({ owner, ofAccount }) => ofAccount === true || owner !== undefined)
    .map(({ kind }) => kind);
  const { after } = pageOf(cursor === undefined ? {} : { cursor }, query, refWithin(kinds, definitions));
  return { tracked: { account, after: after === undefined ? undefined : parseRefKey(after) }, query };
}
