import { blockRef, type PinnedBlock } from '../../domain/block.ts';
import { ChainUnavailable, UnusableAnswer } from '../../domain/errors.ts';
import type { FoundEvidence } from '../../domain/evidence.ts';
import type { Upstream } from '../pool/upstream.ts';
import { onlyOf } from '../pool/upstreams.ts';
import { NotBytes } from '../proof/bytes.ts';
import { executionResultsChecksum } from '../proof/execution-results.ts';
import { UnknownForm } from '../proof/json-writer.ts';
import { RpcFailure } from '../rpc/errors.ts';
import type { OnUnproved, ReadResult, ResultsAsked, TakenResults } from './block-sources.ts';
import { sentJson } from './evidence.ts';
import { provedChecksum } from './proved-checksum.ts';

/**
 * Rule PROOF-7: the results have the checksum that the state of the block proves, so that no effect was left out. They may come from several
 * nodes, so that where they do not fit each node is asked alone, and those are barred whose results do not fit while another one's do. Throws
 * ChainUnavailable where those of no node fit. Where they are of a form that is not known here, or no node has the checksum, nothing shows that
 * they are whole: without `onUnproved` the block counts as one that cannot be read (UnusableAnswer), else they are taken as the node says.
 */
export async function provedResults<Result extends ReadResult>(
  asked: ResultsAsked<Result>,
  onUnproved: OnUnproved | undefined,
): Promise<TakenResults<Result>> {
  const { block, upstreams, signal, read } = asked;
  const { pinned } = block;
  if (!block.isProved) return { results: await read(upstreams, false), areProved: false };
  if (block.transactions.length === 0) return { results: [], areProved: true };
  const found = await provedChecksum(asked);
  if ('lackedBy' in found)
    return unproved('no node has the checksum of its results', found.lackedBy, () => read(upstreams, false));

  const refuted: { readonly node: Upstream; readonly results: readonly Result[] }[] = [];
  let unknown: { readonly results: readonly Result[]; readonly why: string } | undefined;
  const unknownTo: Upstream[] = [];
  const judge = (results: readonly Result[], node: Upstream | undefined): boolean => {
    const verdict = verdictOn(results, found.checksum);
    if (verdict === 'fit') {
      for (const other of refuted)
        other.node.bar(misfit(pinned.height), 'info_get_transaction', ofResults(other.results, pinned, found.checksum));
      // Rule ANSWER-2: it is no form of this chain.
      for (const node of unknownTo)
        node.blame(
          'info_get_transaction',
          new RpcFailure('form', `its results of block ${pinned.height} have ${unknown?.why}`),
        );
    } else if (verdict === 'differ') refuted.push(...(node === undefined ? [] : [{ node, results }]));
    else {
      unknown ??= { results, why: verdict.message };
      if (node !== undefined) unknownTo.push(node);
    }
    return verdict === 'fit';
  };

  const first = await read(upstreams, true);
  const [source, ...others] = new Set(first.map(({ from }) => from));
  const alone = others.length === 0 ? source : undefined;
  if (judge(first, alone)) return { results: first, areProved: true };
  for (const node of upstreams.trusted().filter((one) => one !== alone)) {
    const results = await read(onlyOf(upstreams, node), true).catch((error: unknown) => {
      if (!(error instanceof ChainUnavailable) || signal.aborted) throw error;
    });
    if (results !== undefined && judge(results, node)) return { results, areProved: true };
  }
  if (unknown !== undefined) {
    const { results, why } = unknown;
    return unproved(
      `its results have ${why}, whose form is not known`,
      Math.max(1, unknownTo.length),
      async () => results,
    );
  }
  const names = refuted.map(({ node }) => node.name).join(', ') || 'the nodes';
  throw new ChainUnavailable(`no node has what block ${pinned.height} wrote: ${names} (${misfit(pinned.height)})`);

  async function unproved(
    what: string,
    givenBy: number,
    claimed: () => Promise<readonly Result[]>,
  ): Promise<TakenResults<Result>> {
    const why = `${what}, so that nothing shows that they are whole`;
    if (onUnproved === undefined) throw new UnusableAnswer('value_unreadable', why, undefined, givenBy);
    const results = await claimed();
    onUnproved(pinned, why);
    return { results, areProved: false };
  }
}

/** They hold texts of contracts: only their digest is kept. */
const ofResults = (results: readonly ReadResult[], block: PinnedBlock, checksum: string): FoundEvidence => ({
  refuted: 'execution_results',
  key: null,
  block: blockRef(block),
  expected: { of: 'execution_results_checksum', hash: checksum },
  sent: sentJson(
    results.map(({ json }) => json),
    false,
  ),
});

const misfit = (height: number): string =>
  `its results of block ${height} do not have the checksum that the block proves`;

function verdictOn(results: readonly ReadResult[], checksum: string): 'fit' | 'differ' | UnknownForm {
  try {
    return executionResultsChecksum(results.map(({ json }) => json)) === checksum ? 'fit' : 'differ';
  } catch (error) {
    if (error instanceof UnknownForm) return error;
    if (error instanceof NotBytes) return 'differ';
    throw error;
  }
}
