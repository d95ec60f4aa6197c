import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { type FieldError, InvalidRequest } from '../domain/errors.ts';
import { roomFor } from './answer-room.ts';

export interface Page<Position> {
  readonly limit: number;
  /** The position at which the previous page ended. */
  readonly after: Position | undefined;
}

const defaultLimit = 20;
export const maxLimit = 100;
/** How many items are read at once: a page of large items must not be in memory as a whole. */
const chunkSize = 20;

/**
 * `limit` and `cursor` of a list. A cursor is bound to its query, but any caller can compute one: `position` says which positions
 * lie inside this query. Every other cursor is refused. Throws InvalidRequest.
 */
export function pageOf<Position>(
  { limit, cursor }: Readonly<Record<string, string>>,
  query: string,
  position: z.ZodMiniType<Position>,
): Page<Position> {
  const errors: FieldError[] = [];
  const size = limit === undefined ? defaultLimit : /^\d{1,4}$/.test(limit) ? Number(limit) : 0;
  if (size < 1 || size > maxLimit) errors.push({ path: 'limit', message: `must be 1 to ${maxLimit}` });
  const after = cursor === undefined ? undefined : positionIn(cursor, query, position);
  if (cursor !== undefined && after === undefined)
    errors.push({ path: 'cursor', message: 'is not a cursor of this query' });
  if (errors.length > 0) throw new InvalidRequest(errors);
  return { limit: size, after };
}

export const cursorAfter = (after: string | number, query: string): string =>
  Buffer.from(JSON.stringify([digestOf(query), after])).toString('base64url');

/** `next` of a page. */
export const nextAfter = (last: string | number | undefined, query: string): string | null =>
  last === undefined ? null : cursorAfter(last, query);

export interface Chunk<Item, Position> {
  readonly items: readonly Item[];
  /** The position at which the chunk ended; undefined: nothing follows. */
  readonly last: Position | undefined;
}

/**
 * The rows of one page: up to `limit`, read in chunks, and fewer where more would not fit into one answer. `last`: the position
 * at which the page ended; undefined on the last page.
 */
export async function fillPage<Item, Row, Position>(
  { limit, after }: Page<Position>,
  read: (page: Page<Position>) => Promise<Chunk<Item, Position>>,
  row: (item: Item) => Row,
  positionOf: (item: Item) => Position,
  size = chunkSize,
): Promise<{ readonly rows: readonly Row[]; readonly last: Position | undefined }> {
  const rows: Row[] = [];
  const room = roomFor();
  let last = after;
  for (let left = limit; left > 0; left -= size) {
    const chunk = await read({ limit: Math.min(left, size), after: last });
    for (const item of chunk.items) {
      const next = row(item);
      if (!room.takes(next)) return { rows, last };
      rows.push(next);
      last = positionOf(item);
    }
    last = chunk.last;
    if (last === undefined) break;
  }
  return { rows, last };
}

function positionIn<Position>(cursor: string, query: string, position: z.ZodMiniType<Position>): Position | undefined {
  try {
    const content: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    const parsed = z.tuple([z.literal(digestOf(query)), position]).safeParse(content);
    return parsed.success ? parsed.data[1] : undefined;
  } catch {
    return undefined;
  }
}

const digestOf = (query: string): string => createHash('sha256').update(query).digest('base64url').slice(0, 12);
