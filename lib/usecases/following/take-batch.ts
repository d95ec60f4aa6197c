import pLimit from 'p-limit';
import { eraKey, everyBasisKey } from '../../domain/basis.ts';
import type { PinnedBlock, StateKey } from '../../domain/block.ts';
import { NoBlockSoOld } from '../../domain/errors.ts';
import type { ExecutedBlock } from '../../domain/ports/chain.ts';
import type { Progress } from '../../domain/progress.ts';
import type { Service } from '../../domain/service.ts';
import type { Batch } from './following.ts';

export interface BatchRequest {
  readonly progress: Progress;
  readonly tip: PinnedBlock;
  readonly signal: AbortSignal;
  /** True once no further block is to be started. */
  readonly isOver: () => boolean;
}

/** The next block does not follow the cursor's: the network was reset to a block below the cursor (rule FOLLOW-8). */
export class ForeignParent extends Error {
  override readonly name = 'ForeignParent';
}

type BatchService = Pick<Service, 'chain' | 'shared'>;

/** A longer batch holds up readers for longer: nothing read below its last block can be saved until it is followed. */
const longestBatch = 32;
const blocksAtOnce = 4;

/**
 * The next blocks to follow, or undefined at the tip. The first tick begins at the tip. Where no node holds the next block
 * any more, what it wrote is lost: sync skips to the tip over the gap. Throws ForeignParent, ChainUnavailable.
 */
export async function nextBatch(taking: BatchRequest, service: BatchService): Promise<Batch | undefined> {
  if (taking.progress.cursor === null) return skipToTip(taking, 'the first tick', service);
  try {
    return await takeBatch(taking, service);
  } catch (error) {
    if (error instanceof NoBlockSoOld) return skipToTip(taking, error.message, service);
    throw error;
  }
}

/**
 * Rule FOLLOW-1: the blocks after the cursor, each the child of the one before, as many as the budget allows and as have one
 * protocol version.
 */
async function takeBatch(taking: BatchRequest, service: BatchService): Promise<Batch | undefined> {
  const { cursor, mark, protocolVersion } = taking.progress;
  if (cursor === null || taking.tip.height <= cursor.height) return undefined;
  // A batch that a killed runner began must be followed whole: nothing read below its mark can be saved any more.
  const least = Math.max(mark ?? 0, cursor.height + 1);
  if (least - cursor.height > longestBatch) {
    throw new NoBlockSoOld(`another runner began to skip from block ${cursor.height} to the tip`);
  }
  const end = Math.max(least, Math.min(taking.tip.height, cursor.height + longestBatch));
  const taken = await blocksThrough(cursor.height + 1, end, least, taking, service);

  const blocks: ExecutedBlock[] = [];
  let parent = cursor.hash;
  for (const executed of taken) {
    if (executed.parentHash !== parent) {
      throw new ForeignParent(`the parent of block ${executed.block.height} is not ${parent}`);
    }
    const version = blocks[0]?.protocolVersion ?? executed.protocolVersion;
    if (executed.protocolVersion !== version && executed.block.height > least) break;
    parent = executed.block.hash;
    blocks.push(executed);
  }
  const versions = [protocolVersion, ...blocks.map((executed) => executed.protocolVersion)];
  const upgraded = blocks.findLast((executed, index) => executed.protocolVersion !== versions[index]);
  const batch = batchOf(blocks, upgraded && { height: upgraded.block.height, reason: 'a new protocol version' });
  if (batch !== undefined && taking.progress.settings !== service.shared.settings) {
    // Under new settings the value of a basis may differ although no block wrote its keys (rule FOLLOW-3).
    return { ...batch, written: new Map([...batch.written, [everyBasisKey, [batch.last.height]]]) };
  }
  return batch;
}

/**
 * Blocks in order, each with all its execution results (rule FOLLOW-2). Beyond `least` the budget decides how many are
 * started, and the first block that cannot be had ends the list; up to `least` its failure is thrown.
 */
async function blocksThrough(
  from: number,
  end: number,
  least: number,
  { tip, signal, isOver }: BatchRequest,
  { chain }: Pick<Service, 'chain'>,
): Promise<ExecutedBlock[]> {
  const limit = pLimit(blocksAtOnce);
  const heights = Array.from({ length: end - from + 1 }, (_, index) => from + index);
  const taken = await limit.map(heights, async (height): Promise<ExecutedBlock | Missing> => {
    if (height > least && isOver()) return { missing: undefined };
    return chain.executed(height, { tip, signal }).catch((missing: unknown) => ({ missing }));
  });
  const stop = taken.findIndex((block) => 'missing' in block);
  const blocks = (stop < 0 ? taken : taken.slice(0, stop)) as ExecutedBlock[];
  const cause = stop < 0 ? undefined : (taken[stop] as Missing).missing;
  if (cause !== undefined && from + blocks.length <= least) throw cause;
  return blocks;
}

interface Missing {
  /** The error of the request; undefined: the block was not requested. */
  readonly missing: unknown;
}

function batchOf(blocks: readonly ExecutedBlock[], unseen: Batch['unseen']): Batch | undefined {
  const [first, last] = [blocks[0], blocks.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const written = new Map<StateKey, number[]>();
  const write = (key: StateKey, height: number): void => void written.set(key, [...(written.get(key) ?? []), height]);
  for (const executed of blocks) {
    for (const key of executed.written) write(key, executed.block.height);
    if (executed.isSwitchBlock) write(eraKey, executed.block.height);
  }
  if (unseen !== undefined) write(everyBasisKey, unseen.height);
  return {
    first: first.block,
    last: last.block,
    blocks: blocks.map(({ block }) => block),
    written,
    items: blocks.flatMap(({ items }) => items),
    stakes: blocks.flatMap(({ stakes }) => stakes),
    switchBlock: blocks.findLast(({ isSwitchBlock }) => isSwitchBlock)?.block,
    protocolVersion: last.protocolVersion,
    unseen,
  };
}

/** A batch of the tip alone, whose blocks before it were not scanned (rule FOLLOW-7). */
async function skipToTip(
  { tip, signal }: Pick<BatchRequest, 'tip' | 'signal'>,
  reason: string,
  { chain }: Pick<Service, 'chain'>,
): Promise<Batch> {
  const { protocolVersion } = await chain.executed(tip.height, { tip, signal });
  const { height } = tip;
  return {
    first: tip,
    last: tip,
    blocks: [tip],
    written: new Map([[everyBasisKey, [height]]]),
    items: [],
    stakes: [],
    switchBlock: undefined,
    protocolVersion,
    unseen: { height, reason },
  };
}
