import { refKey } from '../lib/domain/entity.ts';
import { refOf } from '../lib/runtime/entity-route.ts';
import { http } from '../lib/runtime/http.ts';
import { cursorAfter, pageOf } from '../lib/runtime/page.ts';
import { jsonReply } from '../lib/runtime/reply.ts';

/** Lists the audit entries of one record, newest first. */
export const handler = http(async (request, { definitions, audit }) => {
  const ref = refOf(request, definitions);
  const { limit, after } = pageOf(request.query, refKey(ref));
  const found = await audit.history(ref, { limit: limit + 1, ...(after !== undefined && { before: Number(after) }) });
  const entries = found.slice(0, limit);
  const last = found.length > limit ? entries.at(-1) : undefined;
  return jsonReply({
    ref,
    entries: entries.map(({ ref: _ref, ...entry }) => entry),
    next: last === undefined ? null : cursorAfter(String(last.sequence), refKey(ref)),
  });
});
