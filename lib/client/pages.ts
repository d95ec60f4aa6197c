import type { AnyInput, AnyOptions } from './build-request.ts';
import { clientRoutes } from './contract.ts';
import type { OperationId } from './methods.ts';

/** Calls one operation and gives the body of its answer. */
export type CallBody = (id: OperationId, input: AnyInput, options: AnyOptions) => Promise<unknown>;

/** The pages of a list, from `cursor` on or from the first one. */
export async function* listPages(id: OperationId, input: AnyInput, options: AnyOptions, callBody: CallBody) {
  let cursor: unknown = input?.cursor;
  do {
    const page = (await callBody(id, { ...input, cursor }, options)) as Readonly<Record<string, unknown>>;
    yield page;
    cursor = page.next;
  } while (typeof cursor === 'string');
}

export async function* listItems(id: OperationId, input: AnyInput, options: AnyOptions, callBody: CallBody) {
  const member = clientRoutes[id].items ?? 'items';
  for await (const page of listPages(id, input, options, callBody)) yield* page[member] as readonly unknown[];
}
