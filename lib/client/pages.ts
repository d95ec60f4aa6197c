import type { AnyInput, AnyOptions } from './build-request.ts';
import { routes } from './contract.ts';
import type { OperationId } from './methods.ts';

/** Calls one operation and gives the body of its answer. */
export type CallBody = (id: OperationId, input: AnyInput, options: AnyOptions) => Promise<unknown>;

/** The pages of a list, from `cursor` on or from the first one. */
export async function* pagesOf(id: OperationId, input: AnyInput, options: AnyOptions, callBody: CallBody) {
  let cursor: unknown = input?.cursor;
  do {
    const page = (await callBody(id, { ...input, cursor }, options)) as Readonly<Record<string, unknown>>;
    yield page;
    cursor = page.next;
  } while (typeof cursor === 'string');
}

export async function* itemsOf(id: OperationId, input: AnyInput, options: AnyOptions, callBody: CallBody) {
  const member = routes[id].items ?? 'items';
  for await (const page of pagesOf(id, input, options, callBody)) yield* page[member] as readonly unknown[];
}
