import { describe, expect, test } from '@jest/globals';
import * as z from 'zod/mini';
import { escapedBytes } from '../../lib/domain/escaped-bytes.ts';
import { cursorAfter, fillPage, nextAfter, pageOf } from '../../lib/runtime/page.ts';

const lambdaLimit = 6 * 1024 * 1024;

/** As a list holds them: the position of an item is its number. */
const listOf =
  (rows: readonly object[]) =>
  async ({ limit, after = -1 }: { limit: number; after: number | undefined }) => {
    const items = rows.map((row, at) => ({ row, at })).slice(after + 1, after + 1 + limit);
    const last = items.at(-1)?.at;
    return { items, last: last !== undefined && last < rows.length - 1 ? last : undefined };
  };

type Rows = readonly object[];
const page = (rows: Rows, limit: number, after?: number) =>
  fillPage<{ row: object; at: number }, object, number>(
    { limit, after },
    listOf(rows),
    ({ row }) => row,
    ({ at }) => at,
  );

async function all(rows: Rows, limit: number): Promise<object[][]> {
  const pages: object[][] = [];
  let after: number | undefined;
  do {
    const { rows: got, last } = await page(rows, limit, after);
    pages.push([...got]);
    after = last;
  } while (after !== undefined && pages.length < 1_000);
  return pages;
}

describe('a page of a list', () => {
  test.each([
    ['quotation marks', '"'],
    ['line ends', '\n'],
    ['control characters', '\u0001'],
    ['backslashes', '\\'],
    ['letters', 'a'],
    ['unicode', '🏠'],
  ])('of large items with %s ends before a Lambda cannot answer it, and the next one goes on', async (_, text) => {
    const rows = Array.from({ length: 120 }, (_one, id) => ({ id, metadata: text.repeat(100_000 / text.length) }));
    const pages = await all(rows, 100);
    expect(pages.length).toBeGreaterThan(1);
    expect(pages.flat()).toEqual(rows);
    for (const items of pages) {
      const answer = { statusCode: 200, headers: {}, body: JSON.stringify({ items, next: 'a'.repeat(200) }) };
      expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThan(lambdaLimit - 500_000);
    }
  });

  test('of small items has as many as were asked for, read a few at a time', async () => {
    const rows = Array.from({ length: 250 }, (_one, id) => ({ id }));
    expect((await all(rows, 100)).map((items) => items.length)).toEqual([100, 100, 50]);
    const limits: number[] = [];
    await fillPage<object, object, number>(
      { limit: 45, after: undefined },
      async ({ limit }) => {
        limits.push(limit);
        return { items: [{}], last: 1 };
      },
      (row) => row,
      () => 1,
    );
    expect(limits).toEqual([20, 20, 5]);
  });

  test('has one item even where that item is too large by itself', async () => {
    const rows = [{ text: 'a'.repeat(5_500_000) }, { text: 'b' }];
    expect((await all(rows, 100)).map((items) => items.length)).toEqual([1, 1]);
  });

  test('counts a row as it is sent: as JSON inside a JSON string', () => {
    expect(escapedBytes({ a: '"' })).toBe(Buffer.byteLength(JSON.stringify(JSON.stringify({ a: '"' }))));
  });
});

describe('a cursor', () => {
  const positions = z.int().check(z.minimum(1));
  const positionIn = (cursor: string, query = 'a query') => pageOf({ cursor }, query, positions).after;

  test('holds the position of its page', () => {
    expect(positionIn(nextAfter(7, 'a query') ?? '')).toBe(7);
    expect(nextAfter(undefined, 'a query')).toBeNull();
  });

  test.each([0, -1, 1.5, '7', '', Number.MAX_SAFE_INTEGER + 1])(
    'with the position %j, which the list cannot have, is refused',
    (position) => {
      expect(() => positionIn(cursorAfter(position, 'a query'))).toThrow(/cursor/);
    },
  );

  test.each([null, 7, {}, [], ['x'], ['x', 7], { 0: 'x', 1: 7, length: 2 }])('that holds %j is refused', (content) => {
    expect(() => positionIn(Buffer.from(JSON.stringify(content)).toString('base64url'))).toThrow(/cursor/);
  });

  test('of another query is refused', () => {
    expect(() => positionIn(cursorAfter(7, 'another query'))).toThrow(/cursor/);
  });
});
