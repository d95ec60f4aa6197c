import type { ChainSighting, SubmitOutcome } from '../../domain/ports/chain.ts';
import type { CheckedTransaction } from '../../domain/submission.ts';
import { MethodRefused, RpcFailure } from '../rpc/errors.ts';
import { RawJson } from '../rpc/raw-json.ts';
import { submitOnce } from './submit-once.ts';
import type { Upstream } from './upstream.ts';

type Sent = Pick<CheckedTransaction, 'kind' | 'hash' | 'transaction'>;

/** Sends a transaction to one node after another, until one answers (rule SUBMIT-3). */
export const submitTransaction = (
  order: readonly Upstream[],
  sent: Sent,
  signal: AbortSignal,
): Promise<SubmitOutcome> =>
  submitOnce(order, {
    submit: (upstream) => put(upstream, sent, signal),
    denies: async (upstream) => (await sightTransaction([upstream], sent, signal)).deniedAt.length > 0,
  });

async function put(upstream: Upstream, { kind, hash, transaction }: Sent, signal: AbortSignal): Promise<unknown> {
  const options = { signal, unpooled: true };
  const send = (method: string, params: string) =>
    upstream.ask(method, new RawJson(params), (result) => confirm(result, hash), options);
  try {
    return await send('account_put_transaction', `{"transaction":{"${kind}":${transaction}}}`);
  } catch (error) {
    // A 1.5 node knows deploys only.
    if (!(error instanceof MethodRefused) || kind !== 'Deploy') throw error;
    return send('account_put_deploy', `{"deploy":${transaction}}`);
  }
}

/** An answer that does not name the transaction says nothing of it: then it is unknown whether the node has it. */
function confirm(result: unknown, hash: string): true {
  if (JSON.stringify(result, withoutBigInt).includes(`"${hash}"`)) return true;
  throw notNamed();
}

const withoutBigInt = (_name: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);

const notNamed = (): RpcFailure => new RpcFailure('form', 'the answer does not name the transaction');

/** A node that shows another transaction, or none, does not show that it has this one. */
function shows(result: unknown, { kind, hash }: Pick<Sent, 'kind' | 'hash'>): true {
  const shown = (
    result as { readonly transaction?: Partial<Record<string, { readonly hash?: unknown } | null>> | null }
  ).transaction?.[kind]?.hash;
  if (typeof shown === 'string' && shown.toLowerCase() === hash) return true;
  throw notNamed();
}

/** Asks every one of the nodes whether it knows the transaction. */
export async function sightTransaction(
  nodes: readonly Upstream[],
  { kind, hash }: Pick<Sent, 'kind' | 'hash'>,
  signal: AbortSignal,
): Promise<Pick<ChainSighting, 'knownAt' | 'deniedAt'>> {
  const params = { transaction_hash: { [kind]: hash } };
  const words = await Promise.all(
    nodes.map(async (node) => {
      try {
        const answered = await node.ask('info_get_transaction', params, (result) => shows(result, { kind, hash }), {
          signal,
          blame: false,
        });
        return { node: node.name, isKnown: 'value' in answered };
      } catch {
        return { node: node.name, isKnown: undefined };
      }
    }),
  );
  const names = (isKnown: boolean) => words.filter((word) => word.isKnown === isKnown).map(({ node }) => node);
  return { knownAt: names(true), deniedAt: names(false) };
}
