import type { PastAnswer } from '../domain/answer.ts';
import { matchesWeakly } from './entity-tag.ts';
import { absenceOf, errorReply, etagOf, proofIn, type Reply } from './reply.ts';
import { keepFor, type Sharing } from './shared-cache.ts';

/**
 * 200, 304, or 404 with the block at which the entity does not exist. It is about that block for ever, so it has no age (rule PAST-1).
 * Headers too say which block that is, and whether history or chain answers: a 304 has no body.
 */
export function pastReply(
  { ref, data, source, at, block, held, proof, keepSeconds }: PastAnswer,
  requestId: string,
  { ifNoneMatch, sharing }: { readonly ifNoneMatch: string | undefined; readonly sharing: Sharing },
): Reply {
  // Of other blocks that the trail names, the heights alone are stored.
  const timestamp = held.through === block.height ? block.timestamp : null;
  const verifiedThrough = { height: held.through, timestamp };
  const meta = {
    source,
    stale: false,
    at,
    heldFrom: held.from,
    block,
    verifiedThrough,
    proof: proofIn(proof),
    age: 0,
    requestId,
  };
  const fresh = {
    age: '0',
    'cache-control': keepFor(keepSeconds, sharing),
    vary: 'authorization',
    'cache-status': `astake-lookup; ${source === 'history' ? 'hit; detail=history' : 'fwd=bypass'}`,
    'casper-block-height': String(at),
  };
  if (data === null) {
    const absence = absenceOf({ ref, block: { ...block, height: at }, mayArrive: false, freshSeconds: keepSeconds });
    const { status, headers, body } = errorReply(absence, requestId);
    return { status, headers: { ...headers, ...fresh }, body: { ...(body as object), meta } };
  }
  const headers = { ...fresh, etag: etagOf(data) };
  if (ifNoneMatch !== undefined && matchesWeakly(ifNoneMatch, headers.etag))
    return { status: 304, headers, body: undefined };
  return { status: 200, headers: { ...headers, 'content-type': 'application/json' }, body: { data, meta } };
}
