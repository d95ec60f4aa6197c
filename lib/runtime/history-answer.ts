import * as z from 'zod/mini';
import { type EntityRef, refKey } from '../domain/entity.ts';
import type { AuditEntry } from '../domain/record.ts';
import { historyProblems } from '../usecases/audit/history-problems.ts';
import { currentValueOf, pastValuesOf } from '../usecases/reading/past-values.ts';
import type { Request } from './http.ts';
import { fillPage, nextAfter, pageOf } from './page.ts';
import { jsonReply, type Reply } from './reply.ts';
import type { Running } from './service.ts';

const sequence = z.int().check(z.minimum(1));

/** A page of a trail, newest first, and what does not hold in it. `ref`: the entity that it is about. */
export async function historyReply(
  { query }: Pick<Request, 'query'>,
  trail: EntityRef,
  ref: EntityRef,
  service: Running,
): Promise<Reply> {
  const page = pageOf(query, refKey(trail), sequence);
  // An application's own data has a trail of another subject.
  const isRecord = trail.kind === ref.kind && trail.id === ref.id;
  const valueAfter = pastValuesOf(ref, service);
  const read: AuditEntry[] = [];
  const { rows, last } = await fillPage(
    page,
    async ({ limit, after }) => {
      const before = after === undefined ? {} : { before: after };
      const found = await service.audit.history(trail, { limit: limit + 1, ...before });
      const entries = found.slice(0, limit);
      read.push(...entries);
      const items: HistoryItem[] = [];
      for (const entry of entries) items.push({ entry, data: isRecord ? await valueAfter(entry) : undefined });
      return { items, last: found.length > limit ? entries.at(-1)?.sequence : undefined };
    },
    ({ entry, data }) => ({ ...shown(entry), ...(data !== undefined && { data }) }),
    ({ entry }) => entry.sequence,
  );
  const problems = await historyProblems(trail, read.slice(0, rows.length), page.after === undefined, service);
  const current = isRecord ? { current: await currentValueOf(ref, service) } : {};
  return jsonReply({ ref, ...current, entries: rows, problems, next: nextAfter(last, refKey(trail)) });
}

interface HistoryItem {
  readonly entry: AuditEntry;
  /** undefined: the trail does not show it. */
  readonly data: object | null | undefined;
}

const shown = ({ ref: _ref, ...entry }: AuditEntry) => entry;
