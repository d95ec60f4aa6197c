import { BlockNotServed, ChainUnavailable, messageOf } from '../../domain/errors.ts';
import type { ChainSighting, SubmitOutcome } from '../../domain/ports/chain.ts';
import type { CheckedTransaction } from '../../domain/submission.ts';
import { MethodRefused, NoSuchBlock } from '../rpc/errors.ts';
import { createAnswerVerdict } from './answer-verdict.ts';
import type { AskNodes } from './failover.ts';
import { type CandidateOptions, trustedNodes, willingNodes } from './failover-order.ts';
import type { Decode } from './interpret-answer.ts';
import { sightTransaction, submitTransaction } from './submit-transaction.ts';
import type { Answered, AskOptions, Upstream } from './upstream.ts';

export interface CallOptions extends AskOptions, CandidateOptions {
  /** Collects the nodes that failed, so that one reading asks none of them again. */
  readonly failed?: Set<Upstream>;
  /** The caller can do without: no suspect node is asked, none is blamed, and MethodRefused when none answers. */
  readonly dispensable?: boolean;
}

export interface NodeCalls {
  /** One call: the preferred node first, then the healthy ones, then the others. Throws ChainUnavailable, UnusableAnswer. */
  call<Value>(method: string, params: object, decode: Decode<Value>, options: CallOptions): Promise<Answered<Value>>;
  /**
   * The same call to every trusted node until one finds the thing; otherwise the nodes that answered "not found". Throws
   * UnusableAnswer.
   */
  callUntilFound<Value>(
    method: string,
    params: object,
    decode: Decode<Value>,
    options: CallOptions,
  ): Promise<{ readonly from: Upstream; readonly value: Value } | { readonly absentAt: readonly Upstream[] }>;
  /** Sends a transaction to one node at a time (rule SUBMIT-3); the node `last` comes last. */
  submit(transaction: CheckedTransaction, signal: AbortSignal, last?: string): Promise<SubmitOutcome>;
  /** Which nodes know a transaction, and which say that they do not. */
  sight(
    transaction: Pick<CheckedTransaction, 'kind' | 'hash'>,
    signal: AbortSignal,
  ): Promise<Pick<ChainSighting, 'knownAt' | 'deniedAt'>>;
}

export function createNodeCalls(upstreams: readonly Upstream[], askNodes: AskNodes): NodeCalls {
  return {
    async call<Value>(method: string, params: object, decode: Decode<Value>, options: CallOptions) {
      const { signal, patience, dispensable = false } = options;
      const asking = dispensable ? { ...options, blame: false } : options;
      const candidates = () =>
        dispensable ? willingNodes(upstreams, method, options) : trustedNodes(upstreams, options);
      const verdict = createAnswerVerdict<Value>(method, asking.blame ?? true);
      try {
        const answered = await askNodes<Answered<Value>>(
          { method, candidates, signal, patience, isConclusive: isFound },
          (upstream, own, onSent) => {
            const send = () => upstream.ask(method, params, decode, { ...asking, signal: own, onSent });
            return collectFailure(upstream, verdict.ask(upstream, send), options);
          },
        );
        if ('value' in answered) verdict.found();
        else verdict.notFound();
        return answered;
      } catch (error) {
        if (!(error instanceof ChainUnavailable)) throw error;
        if (dispensable && !signal.aborted) throw new MethodRefused(method);
        verdict.notFound();
        throw asNotServed(error, options);
      }
    },

    async callUntilFound<Value>(method: string, params: object, decode: Decode<Value>, options: CallOptions) {
      const { signal, failed } = options;
      const absentAt: Upstream[] = [];
      const verdict = createAnswerVerdict<Value>(method, options.blame ?? true);
      const candidates = () =>
        trustedNodes(upstreams, options).filter((upstream) => !failed?.has(upstream) && !absentAt.includes(upstream));
      try {
        const found = await askNodes<{ readonly from: Upstream; readonly value: Value }>(
          { method, candidates, signal },
          // `onSent` is not called, so no hedge is sent: one node at a time.
          async (upstream, own) => {
            const send = () => upstream.ask(method, params, decode, { ...options, signal: own });
            const answered = await collectFailure(upstream, verdict.ask(upstream, send), options);
            if ('value' in answered) return answered;
            absentAt.push(upstream);
            return undefined;
          },
        );
        verdict.found();
        return found;
      } catch (error) {
        if (!(error instanceof ChainUnavailable)) throw error;
        verdict.notFound();
        if (signal.aborted) throw error;
        return { absentAt };
      }
    },

    submit(transaction, signal, last) {
      const order = trustedNodes(upstreams);
      const others = order.filter(({ name }) => name !== last);
      return submitTransaction([...others, ...order.filter(({ name }) => name === last)], transaction, signal);
    },
    sight: (transaction, signal) => sightTransaction(trustedNodes(upstreams), transaction, signal),
  };
}

/** The call is pinned to a block: where no node serves it, the reading can be begun again at another one. */
function asNotServed(error: unknown, { block, signal }: CallOptions): unknown {
  if (block === undefined || signal.aborted) return error;
  const causes = [error, (error as Error).cause];
  const missing = causes.find((cause) => cause instanceof NoSuchBlock);
  return missing === undefined ? error : new BlockNotServed(messageOf(error), { cause: missing });
}

const isFound = (answered: Answered<unknown>): boolean => 'value' in answered;

function collectFailure<T>(upstream: Upstream, answer: Promise<T>, { failed }: CallOptions): Promise<T> {
  if (failed === undefined) return answer;
  return answer.catch((error: unknown) => {
    failed.add(upstream);
    throw error;
  });
}
