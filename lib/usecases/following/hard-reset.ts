import type { BlockRef } from '../../domain/block.ts';
import { ChainUnavailable } from '../../domain/errors.ts';
import { type Judgement, judgementOn } from '../../domain/judgement.ts';
import type { Service } from '../../domain/service.ts';
import { basisRef } from '../process/snapshots.ts';

/**
 * What most nodes say of the last followed block. `common`: the highest block that is known to be on both histories.
 * `kept`: it is still the chain's, so what contradicts it is one node's word. `open`: the nodes do not say.
 */
export type ResetJudgement = { readonly outcome: 'kept' | 'open' } | FoundReset;

export interface FoundReset {
  readonly outcome: 'reset';
  readonly theirs: string;
  readonly common: BlockRef | undefined;
}

/**
 * Rule FOLLOW-8: whether the network was reset to a block below the cursor. The nodes that can be asked are asked for the
 * block at the cursor's height: most of those that have one decide, and a node that contradicts them becomes suspect.
 */
export async function judgeReset(cursor: BlockRef, signal: AbortSignal, service: Service): Promise<ResetJudgement> {
  const { chain, log, metrics } = service;
  const judgement = await nodesOn(cursor, signal, chain);
  if (judgement.verdict === 'refuted')
    return { outcome: 'reset', theirs: judgement.digest, common: await highestCommon(cursor, signal, service) };
  if (judgement.verdict !== 'confirmed') return { outcome: 'open' };
  for (const node of judgement.dissenters) {
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

/** What the nodes that have a block at this height say of it, by its hash (rule ANSWER-6). */
export async function nodesOn(
  { height, hash }: Pick<BlockRef, 'height' | 'hash'>,
  signal: AbortSignal,
  chain: Pick<Service['chain'], 'headersAt'>,
): Promise<Judgement> {
  const statements = await chain.headersAt(height, signal);
  return judgementOn(
    statements.map(({ node, header }) => ({ node, digest: header?.block.hash })),
    hash,
  );
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
    const { verdict } = await nodesOn(below[middle] as BlockRef, signal, chain);
    if (verdict === 'confirmed') common = middle;
    else other = middle;
  }
  return below[common];
}

/** For the tick's report, the log and the event. */
export function describeReset(cursor: BlockRef, { theirs, common }: FoundReset): string {
  const seen = `the nodes have block ${theirs} at height ${cursor.height}, and sync has followed ${cursor.hash} there`;
  const what = `${seen}: the last followed block is no longer on the chain, the network was reset`;
  return common === undefined
    ? `${what}. Rewind with POST /v1/sync/rewind to a block of both histories; none is known`
    : `${what}. Rewind with POST /v1/sync/rewind to block ${common.height}, the highest that is known to be of both histories`;
}
