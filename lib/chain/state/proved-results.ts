import { BlockNotServed, ChainUnavailable, UnusableAnswer } from '../../domain/errors.ts';
import type { Upstream } from '../pool/upstream.ts';
import { onlyOf } from '../pool/upstreams.ts';
import { hex, NotBytes } from '../proof/bytes.ts';
import { executionResultsChecksum } from '../proof/execution-results.ts';
import { UnknownForm } from '../proof/json-writer.ts';
import { Reader } from '../proof/reader.ts';
import type { OnUnproved, ReadResult, ResultsAsked, TakenResults } from './block-sources.ts';
import { decodeClValue } from './decode-state.ts';
import { createProvedValues } from './proved-values.ts';

/**
 * Rule PROOF-7: the results have the checksum that the state of the block proves, so that no effect was left out. They may come from several
 * nodes, so that where they do not fit each node is asked alone, and those are barred whose results do not fit while another one's do. Throws
 * ChainUnavailable where those of no node fit. Results of a form that is not known here, and those of a block whose checksum no node has, are taken as
 * the node says.
 */
export async function provedResults<Result extends ReadResult>(
  asked: ResultsAsked<Result>,
  onUnproved: OnUnproved,
): Promise<TakenResults<Result>> {
  const { block, upstreams, signal, read } = asked;
  const { pinned } = block;
  if (!block.isProved) return { results: await read(upstreams, false), areProved: false };
  if (block.transactions.length === 0) return { results: [], areProved: true };
  const checksum = await checksumOf(asked);
  if (checksum === undefined) return asClaimed(await read(upstreams, false), 'no node has its checksum');

  const refuted: Upstream[] = [];
  let unknown: { readonly results: readonly Result[]; readonly why: string } | undefined;
  const judge = (results: readonly Result[], node: Upstream | undefined): boolean => {
    const verdict = verdictOn(results, checksum);
    if (verdict === 'fit') for (const other of refuted) other.bar(misfit(pinned.height), 'info_get_transaction');
    else if (verdict === 'differ') refuted.push(...(node === undefined ? [] : [node]));
    else unknown ??= { results, why: verdict.message };
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
  if (unknown !== undefined) return asClaimed(unknown.results, `it has ${unknown.why}, whose form is not known`);
  const names = refuted.map(({ name }) => name).join(', ') || 'the nodes';
  throw new ChainUnavailable(`no node has what block ${pinned.height} wrote: ${names} (${misfit(pinned.height)})`);

  function asClaimed(results: readonly Result[], why: string): TakenResults<Result> {
    onUnproved(pinned, why);
    return { results, areProved: false };
  }
}

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

const registryKey = `checksum-registry-${'0'.repeat(64)}`;

/** As the state of the block proves it; undefined where no node has the state any more, or the entry in it. */
async function checksumOf({ block, upstreams, prefer, signal }: ResultsAsked<ReadResult>): Promise<string | undefined> {
  const { pinned } = block;
  const params = { state_identifier: { BlockHash: pinned.hash }, key: registryKey, path: [] };
  const values = await createProvedValues(pinned);
  const decode = async (answer: unknown) => checksumIn(await values.of(answer, registryKey));
  /** No node proves that there is none: each is asked until one has it. */
  const exclude = new Set<Upstream>();
  for (;;) {
    const options = { signal, prefer, block: pinned, exclude };
    const answered = await upstreams.call('query_global_state', params, decode, options).catch((error: unknown) => {
      const isNowhere = error instanceof BlockNotServed || error instanceof UnusableAnswer;
      const hasAnswered = error instanceof ChainUnavailable && exclude.size > 0 && !signal.aborted;
      if (!isNowhere && !hasAnswered) throw error;
    });
    if (answered === undefined || 'value' in answered) return answered?.value;
    exclude.add(answered.from);
  }
}

/** A map of names to hashes. */
function checksumIn(stored: unknown): string | undefined {
  const reader = new Reader(hex(decodeClValue(stored).bytes));
  const entries = reader.vector(() => [reader.text(), reader.hex(32)] as const);
  return new Map(entries).get('execution_results_checksum');
}
