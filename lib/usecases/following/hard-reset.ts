import type { BlockRef, ChainHeader } from '../../domain/block.ts';
import { ChainUnavailable } from '../../domain/errors.ts';
import type { Service } from '../../domain/service.ts';
import { basisRef } from '../process/snapshots.ts';

/**
 * What most nodes say of the last followed block. `common`: the highest block that is known to be on both histories.
 * `kept`: it is still the chain's, so what contradicts it is one node's word. `open`: the nodes do not say.
 */
export type ResetJudgement =
  | { readonly outcome: 'kept' | 'open' }
  | { readonly outcome: 'reset'; readonly theirs: string; readonly common: BlockRef | undefined };

/**
 * Rule FOLLOW-8: whether the network was reset to a block below the cursor. The nodes that can be asked are asked for the
 * block at the cursor's height: most of those that have one decide, and a node that contradicts them becomes suspect.
 */
export async function judgeReset(cursor: BlockRef, signal: AbortSignal, service: Service): Promise<ResetJudgement> {
  const { chain, log, metrics } = service;
  const statements = await chain.headersAt(cursor.height, signal);
  const { most, said } = mostSay(statements);
  if (most === undefined) return { outcome: 'open' };
  if (most !== cursor.hash)
    return { outcome: 'reset', theirs: most, common: await highestCommon(cursor, signal, service) };
  for (const { node } of said.filter(({ header }) => header.block.hash !== most)) {
    const reason = `contradicts the other nodes at block ${cursor.height}`;
    metrics.count('NodeSuspected');
    log.warn('a node contradicts the others', { node, block: cursor.height });
    try {
      chain.suspect(node, reason);
    } catch (error) {
      // Thrown where the node is suspected already.
      if (!(error instanceof ChainUnavailable)) throw error;
    }
  }
  return { outcome: 'kept' };
}

type Statements = Awaited<ReturnType<Service['chain']['headersAt']>>;

/** The hash that more than half of the nodes give that have a block at this height. */
export function mostSay(statements: Statements) {
  const said = statements.flatMap(({ node, header }) => (header === undefined ? [] : [{ node, header }]));
  const votes = (hash: string): number => said.filter(({ header }) => header.block.hash === hash).length;
  const most = said.map(({ header }: { readonly header: ChainHeader }) => header.block.hash);
  return { said, most: most.find((hash) => votes(hash) * 2 > said.length) };
}

/** How many changes of the era are looked at. */
const erasKept = 100;

/**
 * Sync has stood at each of these blocks: where the latest ticks ended, and where the era changed. Through the highest one
 * that the nodes still have, both histories are the same; it is found by bisection.
 */
async function highestCommon(cursor: BlockRef, signal: AbortSignal, service: Service): Promise<BlockRef | undefined> {
  const { audit, progress, chain } = service;
  const [ticks, eras] = await Promise.all([progress.ticks(), audit.history(basisRef('era'), { limit: erasKept })]);
  const known = [...ticks.map(({ end }) => end), ...eras.map(({ block }) => block)].flatMap((block) => block ?? []);
  const below = known.filter(({ height }) => height < cursor.height).sort((a, b) => a.height - b.height);
  let [common, other] = [-1, below.length];
  while (other - common > 1) {
    const middle = Math.floor((common + other) / 2);
    const { height, hash } = below[middle] as BlockRef;
    const { most } = mostSay(await chain.headersAt(height, signal));
    if (most === hash) common = middle;
    else other = middle;
  }
  return below[common];
}

/** For the tick's report, the log and the event. */
export function describeReset(
  cursor: BlockRef,
  { theirs, common }: Extract<ResetJudgement, { readonly outcome: 'reset' }>,
): string {
  const seen = `the nodes have block ${theirs} at height ${cursor.height}, and sync has followed ${cursor.hash} there`;
  const what = `${seen}: the last followed block is no longer on the chain, the network was reset`;
  return common === undefined
    ? `${what}. Rewind with POST /v1/sync/rewind to a block of both histories; none is known`
    : `${what}. Rewind with POST /v1/sync/rewind to block ${common.height}, the highest that is known to be of both histories`;
}
