import { createPublicKey, hash } from 'node:crypto';
import { InvalidRequest, LookupError } from '../lib/domain/errors.ts';
import { headDigestOf, isDay } from '../lib/domain/head-digest.ts';
import { http } from '../lib/runtime/http.ts';
import { jsonReply } from '../lib/runtime/reply.ts';
import { withHeads } from '../lib/runtime/with-heads.ts';

/** Gets the signed digest of the audit trails' heads of one day, or of the latest one. */
export const handler = http(async ({ query }, service) => {
  const { archive } = withHeads(service);
  if (query.day !== undefined && !isDay(query.day))
    throw new InvalidRequest([{ path: 'day', message: 'must be a date: 2026-01-31' }]);
  const day = query.day ?? (await archive.latest());
  const kept = day === undefined ? undefined : await archive.get(day);
  if (!kept?.signed) throw new LookupError('not_found', 'there is no head digest of this day');
  const { statement, signature, publicKey } = kept.signed;
  const key = createPublicKey(publicKey).export({ type: 'spki', format: 'der' });
  return jsonReply({
    day: statement.day,
    digest: headDigestOf(statement),
    statement,
    signature,
    publicKey,
    keyDigest: hash('sha256', key, 'hex'),
    copies: kept.copies,
  });
});
