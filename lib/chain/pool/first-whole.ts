import { ChainUnavailable, UnusableAnswer } from '../../domain/errors.ts';
import type { Answered, Upstream } from './upstream.ts';

/**
 * `doubtful`: parts of it seem to be missing. `implausible`: it is complete in form and cannot be true. `useless`: the node does not
 * have yet what the call is about.
 */
export type Worth = 'whole' | 'doubtful' | 'implausible' | 'useless';

export interface FirstWholeOptions<Value> {
  /** What no node has, for the error. */
  readonly what: string;
  /** How many nodes are configured. */
  readonly size: number;
  readonly worth: (value: Value) => Worth;
  /** The same text for two answers that say the same. */
  readonly print: (value: Value) => string;
}

/**
 * Rule ANSWER-8: asks one node after another for an answer that is whole, and blames none for one that is not. A doubtful
 * answer is used only when a second node sends the same, or when there is no other node: then it is how the chain's nodes say
 * it. An implausible one is never used. Throws ChainUnavailable; UnusableAnswer where a node's only answer is implausible.
 */
export async function firstWhole<Value>(
  { what, size, worth, print }: FirstWholeOptions<Value>,
  ask: (exclude: ReadonlySet<Upstream>) => Promise<Answered<Value>>,
): Promise<Value> {
  const asked = new Set<Upstream>();
  const doubtful = new Set<string>();
  let implausible = 0;
  for (;;) {
    const answered = await ask(asked).catch((error: unknown) => {
      if (asked.size === 0 || error instanceof UnusableAnswer || !(error instanceof ChainUnavailable)) throw error;
      // It would come again: a block with it is passed as one that cannot be read (rule FOLLOW-10).
      if (implausible > 0) throw new UnusableAnswer('value_unreadable', `no node has ${what}`, error, implausible);
      throw new ChainUnavailable(`no node has ${what}`, { cause: error });
    });
    asked.add(answered.from);
    const judged = 'value' in answered ? worth(answered.value) : 'useless';
    if (judged === 'implausible') implausible += 1;
    if (!('value' in answered) || judged === 'useless' || judged === 'implausible') continue;
    if (judged === 'whole' || size === 1 || doubtful.has(print(answered.value))) return answered.value;
    doubtful.add(print(answered.value));
  }
}
