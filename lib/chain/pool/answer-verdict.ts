import { UnusableAnswer } from '../../domain/errors.ts';
import { RpcFailure } from '../rpc/errors.ts';
import type { Answered, Upstream } from './upstream.ts';

/**
 * Judges the answers to one call that came and cannot be used, once it is known what other nodes say. So a caller who asks
 * for odd things cannot shut a sound node out.
 */
export interface AnswerVerdict<Value> {
  /** Asks one node, and keeps what cannot be used of its answer. */
  ask(upstream: Upstream, send: () => Promise<Answered<Value>>): Promise<Answered<Value>>;
  /** A node found it: a node that sent it without some member has not sent it whole. */
  found(): void;
  /** No node found it. Throws UnusableAnswer where a node has it, in a form that cannot be used. */
  notFound(): void;
}

export function createAnswerVerdict<Value>(method: string, blame: boolean): AnswerVerdict<Value> {
  const unusable = new Map<Upstream, UnusableAnswer>();
  const misshapen = new Map<Upstream, RpcFailure>();

  /** Rule ANSWER-1: another node may still be able to say it in a known form, but a size stays what it is. */
  function unlessTooLarge(): void {
    const [first, second] = [...unusable.values()].filter(({ code }) => code === 'value_too_large');
    if (first !== undefined && second !== undefined) throw first;
  }

  return {
    async ask(upstream, send) {
      unlessTooLarge();
      try {
        const answered = await send();
        misshapen.delete(upstream);
        return answered;
      } catch (error) {
        if (error instanceof UnusableAnswer) unusable.set(upstream, error);
        if (error instanceof RpcFailure && error.stage === 'form') misshapen.set(upstream, error);
        throw error;
      }
    },

    found() {
      // Rule ANSWER-2: the same question has a whole answer elsewhere.
      if (blame) for (const [upstream, failure] of misshapen) upstream.blame(method, failure);
    },

    notFound() {
      const [known] = unusable.values();
      const givenBy = unusable.size + misshapen.size;
      if (known !== undefined) {
        const code = known.code === 'value_too_large' ? known.code : 'value_unreadable';
        throw new UnusableAnswer(code, known.message, known.cause, givenBy);
      }
      const common = saidTwice([...misshapen.values()]);
      // Rule ANSWER-2: two nodes say the same, so this is the form that the chain's nodes give it.
      if (common !== undefined) throw new UnusableAnswer('value_unreadable', common.message, common, givenBy);
      if (blame) for (const [upstream, failure] of misshapen) upstream.noteFailure(method, failure);
    },
  };
}

const saidTwice = (failures: readonly RpcFailure[]): RpcFailure | undefined =>
  failures.find(({ message }, index) => failures.findIndex((other) => other.message === message) < index);
