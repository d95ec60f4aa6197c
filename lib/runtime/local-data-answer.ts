import { LookupError } from '../domain/errors.ts';
import { parseAsWritten } from '../domain/exact-json.ts';
import { isThere, type LocalData, type LocalPlace } from '../domain/local-data.ts';
import { matchesWeakly } from './entity-tag.ts';
import { localTag } from './local-data-request.ts';
import { jsonReply, type Reply } from './reply.ts';

/** A browser may keep it, and asks each time whether it is current; no shared cache may. */
const ofCaller = { 'cache-control': 'private, no-cache', vary: 'authorization' };

/** The data with its tag; 304 where the client has it; throws where there is none, or none that can be read. */
export function localReply(
  place: LocalPlace,
  data: LocalData | undefined,
  { status = 200, ifNoneMatch }: { readonly status?: 200 | 201; readonly ifNoneMatch?: string | undefined } = {},
): Reply {
  if (!isThere(data)) throw noLocalData(place);
  if (data.unreadable)
    throw new LookupError('value_unreadable', 'the stored data was changed outside this service; PUT replaces it');
  const headers = { ...ofCaller, etag: localTag(data.digest) };
  if (ifNoneMatch !== undefined && matchesWeakly(ifNoneMatch, headers.etag))
    return { status: 304, headers, body: undefined };
  const { application, ref } = place;
  const { sequence, updatedAt } = data;
  return jsonReply(
    { data: parseAsWritten(data.text), meta: { application, ref, sequence, updatedAt } },
    status,
    headers,
  );
}

export const noLocalData = ({ ref }: LocalPlace): LookupError =>
  new LookupError('not_found', `the application has no data for this ${ref.kind}`);
