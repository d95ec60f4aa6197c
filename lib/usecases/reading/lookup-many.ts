import pLimit from 'p-limit';
import type { Answer } from '../../domain/answer.ts';
import { deadlineIn } from '../../domain/deadline.ts';
import type { EntityRef } from '../../domain/entity.ts';
import { LookupError } from '../../domain/errors.ts';
import { escapedBytes } from '../../domain/escaped-bytes.ts';
import type { ReadOptions } from '../../domain/freshness.ts';
import type { Service } from '../../domain/service.ts';
import type { SharedTip } from '../observing/tip.ts';
import { definitionOf, lookup } from './lookup.ts';

const atOnce = 10;
/** How many ordinary deadlines a batch may take as a whole: as much as its most patient item. */
const patience = 5;

export type LookupOutcome = { readonly answer: Answer } | { readonly error: unknown };

export interface LookupBatch<Result> {
  readonly maxBytes: number;
  /** Throws for an entity that the caller may not see, under its canonical id: it is not looked up. */
  admit?(ref: EntityRef): void;
  render(outcome: LookupOutcome, index: number): Result | Promise<Result>;
}

/** Looks up refs of any kinds; one outcome for each, in order. Lookups that read the chain share one tip. */
export async function lookupMany<Result>(
  refs: readonly { readonly kind: string; readonly id: string }[],
  options: ReadOptions,
  { maxBytes, admit = () => {}, render }: LookupBatch<Result>,
  service: Service,
): Promise<Result[]> {
  const limit = pLimit(atOnce);
  const shared: SharedTip = { deadline: deadlineIn(service.limits.deadlineMs * patience) };
  let bytes = 0;

  /** Without room left, a ref is not looked up. */
  const one = async (
    { kind, id }: { readonly kind: string; readonly id: string },
    index: number,
  ): Promise<Sized<Result>> => {
    if (bytes > maxBytes) return { result: await render({ error: noRoom() }, index), size: 0 };
    let outcome: LookupOutcome;
    try {
      const ref = { kind, id: definitionOf({ kind }, service).canonicalId(id) };
      admit(ref);
      outcome = { answer: await lookup(ref, options, service, shared) };
    } catch (error) {
      outcome = { error };
    }
    const result = await render(outcome, index);
    const size = escapedBytes(result);
    bytes += size;
    return { result, size };
  };

  const found = await Promise.all(refs.map((ref, index) => limit(() => one(ref, index))));
  let room = maxBytes;
  const fitting = found.map(({ result, size }, index) => {
    room -= size;
    return room >= 0 ? result : render({ error: noRoom() }, index);
  });
  return Promise.all(fitting);
}

interface Sized<Result> {
  readonly result: Result;
  readonly size: number;
}

const noRoom = (): LookupError =>
  new LookupError('too_large', 'the response is full; request this item again', { retryable: true });
