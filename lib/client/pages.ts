import type { AnyInput, AnyOptions } from './build-request.ts';
import { clientRoutes } from './contract.ts';
import { InvalidCallError, UnusableAnswerError } from './errors.ts';
import type { OperationId } from './methods.ts';

/** Calls one operation and gives the body of its answer. */
export type CallBody = (id: OperationId, input: AnyInput, options: AnyOptions) => Promise<unknown>;

/** The pages of a list, from `cursor` on or from the first one. */
export async function* listPages(id: OperationId, input: AnyInput, options: AnyOptions, callBody: CallBody) {
  if (input?.format !== undefined && input.format !== 'json')
    throw new InvalidCallError(`a list is read as JSON: ask ${id} itself for the format ${input.format}`);
  let cursor: unknown = input?.cursor;
  for (;;) {
    const page = (await callBody(id, { ...input, cursor }, options)) as Readonly<Record<string, unknown>>;
    yield page;
    if (typeof page.next !== 'string') return;
    if (page.next === cursor) throw new UnusableAnswerError('the list does not go on', { status: 200 });
    cursor = page.next;
  }
}

export async function* listItems(id: OperationId, input: AnyInput, options: AnyOptions, callBody: CallBody) {
  const member = clientRoutes[id].items ?? 'items';
  for await (const page of listPages(id, input, options, callBody)) yield* page[member] as readonly unknown[];
}
