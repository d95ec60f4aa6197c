import { createHash } from 'node:crypto';
import { type FieldError, InvalidRequest } from '../domain/errors.ts';

export interface Page {
  readonly limit: number;
  /** The position at which the previous page ended. */
  readonly after: string | undefined;
}

const defaultLimit = 20;
const maxLimit = 100;

/** `limit` and `cursor` of a list. The cursor is opaque and bound to its query: a cursor of another query is refused. */
export function pageOf({ limit, cursor }: Readonly<Record<string, string>>, query: string): Page {
  const errors: FieldError[] = [];
  const size = limit === undefined ? defaultLimit : /^\d{1,4}$/.test(limit) ? Number(limit) : 0;
  if (size < 1 || size > maxLimit) errors.push({ path: 'limit', message: `must be 1 to ${maxLimit}` });
  const after = cursor === undefined ? undefined : positionIn(cursor, query);
  if (cursor !== undefined && after === undefined)
    errors.push({ path: 'cursor', message: 'is not a cursor of this query' });
  if (errors.length > 0) throw new InvalidRequest(errors);
  return { limit: size, after };
}

export const cursorAfter = (after: string, query: string): string =>
  Buffer.from(JSON.stringify([digestOf(query), after])).toString('base64url');

function positionIn(cursor: string, query: string): string | undefined {
  try {
    const [bound, after] = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as unknown[];
    return bound === digestOf(query) && typeof after === 'string' ? after : undefined;
  } catch {
    return undefined;
  }
}

const digestOf = (query: string): string => createHash('sha256').update(query).digest('base64url').slice(0, 12);
