import * as z from 'zod/mini';
import { refKey } from '../lib/domain/entity.ts';
import type { AuditEntry } from '../lib/domain/record.ts';
import { refOf } from '../lib/runtime/entity-route.ts';
import { http } from '../lib/runtime/http.ts';
import { fillPage, nextAfter, pageOf } from '../lib/runtime/page.ts';
import { jsonReply } from '../lib/runtime/reply.ts';
import { historyProblems } from '../lib/usecases/audit/history-problems.ts';

const sequence = z.int().check(z.minimum(1));

/** Lists the audit entries of one record, newest first, and what does not hold in them. */
export const handler = http(async (request, service) => {
  const ref = refOf(request, service.definitions);
  const page = pageOf(request.query, refKey(ref), sequence);
  const { rows, last } = await fillPage(
    page,
    async ({ limit, after }) => {
      const before = after === undefined ? {} : { before: after };
      const found = await service.audit.history(ref, { limit: limit + 1, ...before });
      const items = found.slice(0, limit);
      return { items, last: found.length > limit ? items.at(-1)?.sequence : undefined };
    },
    (entry) => entry,
    (entry) => entry.sequence,
  );
  const problems = await historyProblems(ref, rows, page.after === undefined, service);
  return jsonReply({ ref, entries: rows.map(shown), problems, next: nextAfter(last, refKey(ref)) });
}, 'reader');

const shown = ({ ref: _ref, ...entry }: AuditEntry) => entry;
