import type { AnyInput, AnyOptions } from './build-request.ts';
import { clientRoutes } from './contract.ts';
import { InvalidCallError, UnusableAnswerError } from './errors.ts';
import type { OperationId, WholeAnswer } from './methods.ts';

/** Calls one operation and gives the body of its answer. */
export type CallBody = (id: OperationId, input: AnyInput, options: AnyOptions) => Promise<unknown>;

/** The same with status and headers. */
export type CallWhole = (id: OperationId, input: AnyInput, options: AnyOptions) => Promise<WholeAnswer<unknown>>;

/** The pages of a list, from `cursor` on or from the first one: one at a time, also those that are text. */
export async function* listPages(id: OperationId, input: AnyInput, options: AnyOptions, callWhole: CallWhole) {
  let cursor: unknown = input?.cursor;
  for (;;) {
    const answer = await callWhole(id, { ...input, cursor }, options);
    yield answer.body;
    const next = nextCursor(answer);
    if (next === null) return;
    if (next === cursor) throw new UnusableAnswerError('the list does not go on', { status: 200 });
    cursor = next;
  }
}

/** The cursor of the next page; null: this is the last one. Of a table and of a document it stands in `Link` (RFC 8288). */
export function nextCursor({ body, headers }: Pick<WholeAnswer<unknown>, 'body' | 'headers'>): string | null {
  if (typeof body !== 'string') return (body as { readonly next?: string | null }).next ?? null;
  const [, next] = /<([^>]+)>;\s*rel="?next"?/.exec(headers.get('link') ?? '') ?? [];
  return next === undefined ? null : new URL(next, 'http://service').searchParams.get('cursor');
}

export async function* listItems(id: OperationId, input: AnyInput, options: AnyOptions, callWhole: CallWhole) {
  if (input?.format !== undefined && input.format !== 'json')
    throw new InvalidCallError(`items are read as JSON: the pages of ${id} may be ${input.format}`);
  const member = clientRoutes[id].items ?? 'items';
  for await (const page of listPages(id, input, options, callWhole))
    yield* (page as Readonly<Record<string, readonly unknown[]>>)[member] as readonly unknown[];
}
