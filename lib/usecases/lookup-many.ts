import pLimit from 'p-limit';
import type { Answer } from '../domain/answer.ts';
import { LookupError } from '../domain/errors.ts';
import type { Wishes } from '../domain/freshness.ts';
import type { Service } from '../domain/service.ts';
import { definitionOf, lookup } from './lookup.ts';
import type { SharedTip } from './tip.ts';

const atOnce = 10;

export type Outcome = { readonly answer: Answer } | { readonly error: unknown };

/** Lookups of any kinds, an outcome each, in order. Those that read the chain share one tip. */
export async function lookupMany<Result>(
  refs: readonly { readonly kind: string; readonly id: string }[],
  wishes: Wishes,
  { maxBytes, render }: { readonly maxBytes: number; render(outcome: Outcome, index: number): Result },
  service: Service,
): Promise<Result[]> {
  const limit = pLimit(atOnce);
  const shared: SharedTip = {};
  let bytes = 0;

  /** Measured as it will be sent; what no longer fits is answered by a short error, and not even looked up. */
  const one = async ({ kind, id }: { readonly kind: string; readonly id: string }, index: number): Promise<Result> => {
    if (bytes > maxBytes) return render({ error: noRoom() }, index);
    let outcome: Outcome;
    try {
      const ref = { kind, id: definitionOf({ kind, id }, service).canonicalId(id) };
      outcome = { answer: await lookup(ref, wishes, service, shared) };
    } catch (error) {
      outcome = { error };
    }
    const rendered = render(outcome, index);
    bytes += Buffer.byteLength(JSON.stringify(rendered));
    return bytes > maxBytes ? render({ error: noRoom() }, index) : rendered;
  };

  return Promise.all(refs.map((ref, index) => limit(() => one(ref, index))));
}

const noRoom = (): LookupError =>
  new LookupError('too_large', 'the answer is full: ask for this one again', { retryable: true });
