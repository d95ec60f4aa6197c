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

/** Our last block is not the parent of the one behind it: the network has gone back below it. */
export class ForeignParent extends Error {
  override readonly name = 'ForeignParent';
}

/** More blocks at once hold up readers for longer, since nothing below the last one may be saved meanwhile. */
const longestBatch = 32;
const blocksAtOnce = 4;

/**
 * The blocks behind the cursor, each checked to be the child of the one before: as many as there are, as the budget allows,
 * and as were made under one protocol version. undefined: there is none. Throws ForeignParent.
 */
export async function takeBatch(
  taking: BatchRequest,
  service: Pick<Service, 'chain' | 'shared'>,
): Promise<Batch | undefined> {
  const { cursor, mark, protocolVersion } = taking.progress;
  if (cursor === null || taking.tip.height <= cursor.height) return undefined;
  // What a runner that was killed has begun must be gone through whole: nothing below its mark can be saved any more.
  const least = Math.max(mark ?? 0, cursor.height + 1);
  if (least - cursor.height > longestBatch) throw new NoBlockSoOld(`a leap beyond ${cursor.height} was begun`);
  const end = Math.max(least, Math.min(taking.tip.height, cursor.height + longestBatch));
  const taken = await blocksThrough(cursor.height + 1, end, least, taking, service);

  const blocks: ExecutedBlock[] = [];
  let parent = cursor.hash;
  for (const executed of taken) {
    if (executed.parentHash !== parent) {
      throw new ForeignParent(`block ${executed.block.height} does not follow ${parent}`);
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
    // By other definitions a basis may be another, though nothing has been written.
    return { ...batch, written: new Map([...batch.written, [everyBasisKey, [batch.last.height]]]) };
  }
  return batch;
}

/**
 * In order; none is started once the budget is used up, but for those that must be. Where one cannot be had whole, those
 * before it are followed all the same.
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
  const stop = taken.findIndex((one) => 'missing' in one);
  const whole = (stop < 0 ? taken : taken.slice(0, stop)) as ExecutedBlock[];
  const cause = stop < 0 ? undefined : (taken[stop] as Missing).missing;
  if (cause !== undefined && from + whole.length <= least) throw cause;
  return whole;
}

interface Missing {
  /** Why it could not be had; undefined: it was not asked for. */
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
    written,
    items: blocks.flatMap(({ items }) => items),
    stakes: blocks.flatMap(({ stakes }) => stakes),
    switchBlock: blocks.findLast(({ isSwitchBlock }) => isSwitchBlock)?.block,
    protocolVersion: last.protocolVersion,
    unseen,
  };
}

/** The tip alone, reached by no scan: where sync begins, or goes on behind blocks that no node holds any more. */
export async function skipToTip(
  { tip, signal }: Pick<BatchRequest, 'tip' | 'signal'>,
  reason: string,
  { chain }: Pick<Service, 'chain'>,
): Promise<Batch> {
  const { protocolVersion } = await chain.executed(tip.height, { tip, signal });
  const { height } = tip;
  return {
    first: tip,
    last: tip,
    written: new Map([[everyBasisKey, [height]]]),
    items: [],
    stakes: [],
    switchBlock: undefined,
    protocolVersion,
    unseen: { height, reason },
  };
}
