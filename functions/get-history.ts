import * as z from 'zod/mini';
import { refKey } from '../lib/domain/entity.ts';
import { refOf } from '../lib/runtime/entity-route.ts';
import { http } from '../lib/runtime/http.ts';
import { fillPage, nextAfter, pageOf } from '../lib/runtime/page.ts';
import { jsonReply } from '../lib/runtime/reply.ts';

const sequence = z.int().check(z.minimum(1));

/** Lists the audit entries of one record, newest first. */
export const handler = http(async (request, { definitions, audit }) => {
  const ref = refOf(request, definitions);
  const { rows, last } = await fillPage(
    pageOf(request.query, refKey(ref), sequence),
    async ({ limit, after }) => {
      const found = await audit.history(ref, { limit: limit + 1, ...(after !== undefined && { before: after }) });
      const items = found.slice(0, limit);
      return { items, last: found.length > limit ? items.at(-1)?.sequence : undefined };
    },
    ({ ref: _ref, ...entry }) => entry,
    (entry) => entry.sequence,
  );
  return jsonReply({ ref, entries: rows, next: nextAfter(last, refKey(ref)) });
});
