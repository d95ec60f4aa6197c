import pLimit from 'p-limit';
import { eraKey, everyBasisKey } from '../../domain/basis.ts';
import { type BlockRef, blockRef, type ChainHeader, type PinnedBlock, type StateKey } from '../../domain/block.ts';
import { messageOf, NoBlockSoOld, UnreadableBlock } from '../../domain/errors.ts';
import type { ExecutedBlock } from '../../domain/ports/chain.ts';
import { type Progress, passedUnseen } from '../../domain/progress.ts';
import type { Service } from '../../domain/service.ts';
import type { Batch } from './following.ts';
import { nodesOn } from './hard-reset.ts';
import type { Passing, UnseenBlock } from './unreadable-blocks.ts';

export interface BatchRequest {
  readonly progress: Progress;
  readonly tip: PinnedBlock;
  readonly signal: AbortSignal;
  /** True once no further block is to be started. */
  readonly isOver: () => boolean;
  /** Which unreadable blocks are passed. */
  readonly passing: Passing;
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
  const blocks = withinOneVersion(await inOneChain(cursor, taken, taking, service), least);
  const [firstMissing] = blocks.length < least - cursor.height ? taken.slice(blocks.length) : [];
  if (firstMissing !== undefined && isUnseen(firstMissing)) throw firstMissing.cause;
  const batch = batchOf(blocks, protocolVersion);
  if (batch !== undefined && taking.progress.settings !== service.shared.settings) {
    // Under new settings the value of a basis may differ although no block wrote its keys (rule FOLLOW-3).
    return { ...batch, written: new Map([...batch.written, [everyBasisKey, [batch.last.height]]]) };
  }
  return batch;
}

type TakenBlock = ExecutedBlock | UnseenBlock;

const isUnseen = (block: TakenBlock): block is UnseenBlock => 'cause' in block;
const headerOf = (block: TakenBlock): ChainHeader | undefined => (isUnseen(block) ? block.header : block);
const heightOf = (block: TakenBlock): number => (isUnseen(block) ? block.height : block.block.height);

/**
 * Blocks in order, each with all its execution results (rule FOLLOW-2) or to be passed unseen (rule FOLLOW-10). Beyond `least` the budget
 * decides how many are started, and the first block that cannot be had ends the list; up to `least` its failure is thrown.
 */
async function blocksThrough(
  from: number,
  end: number,
  least: number,
  { progress, tip, signal, isOver, passing }: BatchRequest,
  { chain }: Pick<Service, 'chain'>,
): Promise<TakenBlock[]> {
  const limit = pLimit(blocksAtOnce);
  const heights = Array.from({ length: end - from + 1 }, (_, index) => from + index);
  const answers = await limit.map(heights, async (height): Promise<ExecutedBlock | Missing> => {
    if (height > least && isOver()) return { missing: undefined };
    return chain
      .executed(height, { tip, signal, since: progress.protocolVersion })
      .catch((missing: unknown) => ({ missing }));
  });
  const blocks: TakenBlock[] = [];
  for (const [index, answer] of answers.entries()) {
    if (!('missing' in answer)) {
      blocks.push(answer);
      continue;
    }
    const { missing } = answer;
    const mayBePassed = missing instanceof Error && !(missing instanceof NoBlockSoOld) && !signal.aborted;
    const unseen = mayBePassed ? await passing.inPlaceOf(from + index, missing) : undefined;
    if (unseen === undefined) {
      if (missing !== undefined && from + index <= least) throw missing;
      break;
    }
    blocks.push(unseen);
  }
  return blocks;
}

interface Missing {
  /** The error of the request; undefined: the block was not requested. */
  readonly missing: unknown;
}

/**
 * Rule FOLLOW-1: each block must be the child of the one before. Where the header of a block cannot be read, the block
 * before it must be the chain's, and the list ends with a block whose header can be read: sync cannot stand at any other.
 * Throws ForeignParent.
 */
async function inOneChain(
  cursor: BlockRef,
  taken: readonly TakenBlock[],
  { signal }: Pick<BatchRequest, 'signal'>,
  { chain }: Pick<Service, 'chain'>,
): Promise<readonly TakenBlock[]> {
  let parent: string | undefined = cursor.hash;
  for (const block of taken) {
    const header = headerOf(block);
    if (header !== undefined && parent !== undefined && header.parentHash !== parent)
      throw new ForeignParent(`the parent of block ${heightOf(block)} is not ${parent}`);
    // A block of this tick is the chain's: it was asked for by its height.
    if (
      header === undefined &&
      parent === cursor.hash &&
      (await nodesOn(cursor, signal, chain)).verdict !== 'confirmed'
    )
      throw new ForeignParent(`the chain has another block at height ${cursor.height}`);
    parent = header?.block.hash;
  }
  return taken.slice(0, taken.findLastIndex((block) => headerOf(block) !== undefined) + 1);
}

/** The blocks through `least`, and those after it that have the same protocol version. */
function withinOneVersion(blocks: readonly TakenBlock[], least: number): readonly TakenBlock[] {
  const versionOf = (block: TakenBlock): string | undefined => headerOf(block)?.protocolVersion;
  const version = blocks.map(versionOf).find((known) => known !== undefined);
  const other = blocks.findIndex((block) => (versionOf(block) ?? version) !== version && heightOf(block) > least);
  const same = other < 0 ? blocks : blocks.slice(0, other);
  return same.slice(0, same.findLastIndex((block) => headerOf(block) !== undefined) + 1);
}

/** `version`: the protocol version of the block before the batch. */
function batchOf(blocks: readonly TakenBlock[], version: string | null): Batch | undefined {
  const headers = blocks.flatMap((block) => headerOf(block) ?? []);
  const [first, last] = [blocks[0], headers.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const executed = blocks.flatMap((block) => (isUnseen(block) ? [] : [block]));
  const passed = blocks.filter(isUnseen);
  const unseen = lastUnseen(upgradeIn(headers, version), passed.at(-1));
  return {
    from: heightOf(first),
    last: last.block,
    blocks: headers.map(({ block }) => block),
    written: writtenBy(executed, headers, passed, unseen),
    items: executed.flatMap(({ items }) => items),
    stakes: executed.flatMap(({ stakes }) => stakes),
    ...transactionsOf(executed, passed),
    switchBlock: newestSwitchBlock(headers, passed),
    switchBlocks: headers.flatMap(({ block, isSwitchBlock }) => (isSwitchBlock ? [block] : [])),
    protocolVersion: last.protocolVersion,
    proved: executed.filter(({ isProved }) => isProved).length,
    unseen,
    passed,
  };
}

/** Rule ACTIVITY-3: of a block that is passed unseen, and of one whose transactions have an unknown form, none is listed. */
function transactionsOf(
  executed: readonly ExecutedBlock[],
  passed: readonly UnseenBlock[],
): Pick<Batch, 'transactions' | 'unlisted'> {
  const listed = executed.flatMap(({ block, transactions }) =>
    transactions === undefined ? [] : [{ block: blockRef(block), transactions }],
  );
  const unlisted = executed.flatMap(({ block, transactions }) => (transactions === undefined ? [block.height] : []));
  const last = Math.max(-1, ...unlisted, ...passed.map(({ height }) => height));
  return { transactions: listed, unlisted: last < 0 ? undefined : last };
}

function writtenBy(
  executed: readonly ExecutedBlock[],
  headers: readonly ChainHeader[],
  passed: readonly UnseenBlock[],
  unseen: Batch['unseen'],
): Batch['written'] {
  const written = new Map<StateKey, number[]>();
  const write = (key: StateKey, height: number): void => void written.set(key, [...(written.get(key) ?? []), height]);
  for (const { block, written: keys } of executed) for (const key of keys) write(key, block.height);
  // A block without a header may have ended an era.
  const headless = passed.flatMap(({ height, header }) => (header === undefined ? [height] : []));
  const switches = headers.flatMap(({ block, isSwitchBlock }) => (isSwitchBlock ? [block.height] : []));
  for (const height of [...switches, ...headless].sort((a, b) => a - b)) write(eraKey, height);
  if (unseen !== undefined) write(everyBasisKey, unseen.height);
  return written;
}

function upgradeIn(headers: readonly ChainHeader[], version: string | null): Batch['unseen'] {
  const versions = [version, ...headers.map(({ protocolVersion }) => protocolVersion)];
  const upgraded = headers.findLast(({ protocolVersion }, index) => protocolVersion !== versions[index]);
  return upgraded && { height: upgraded.block.height, reason: 'a new protocol version' };
}

function lastUnseen(upgrade: Batch['unseen'], passed: UnseenBlock | undefined): Batch['unseen'] {
  if (passed === undefined || (upgrade !== undefined && upgrade.height > passed.height)) return upgrade;
  return { height: passed.height, reason: `${passedUnseen}${messageOf(passed.cause)}` };
}

/** undefined as well where a block without a header, which may be one, comes after it. */
function newestSwitchBlock(headers: readonly ChainHeader[], passed: readonly UnseenBlock[]): PinnedBlock | undefined {
  const newest = headers.findLast(({ isSwitchBlock }) => isSwitchBlock)?.block;
  const headless = passed.findLast(({ header }) => header === undefined)?.height ?? -1;
  return newest !== undefined && newest.height > headless ? newest : undefined;
}

/** A batch of the tip alone, whose blocks before it were not scanned (rule FOLLOW-7). */
async function skipToTip(
  { progress, tip, signal }: Pick<BatchRequest, 'progress' | 'tip' | 'signal'>,
  reason: string,
  { chain }: Pick<Service, 'chain'>,
): Promise<Batch> {
  const reading = { tip, signal, since: progress.protocolVersion };
  const { protocolVersion } = await chain.executed(tip.height, reading).catch((error: unknown) => {
    // What it wrote is part of the gap.
    if (error instanceof UnreadableBlock && error.header !== undefined) return error.header;
    throw error;
  });
  const { height } = tip;
  return {
    from: height,
    last: tip,
    blocks: [tip],
    written: new Map([[everyBasisKey, [height]]]),
    items: [],
    stakes: [],
    transactions: [],
    unlisted: height,
    switchBlock: undefined,
    switchBlocks: [],
    protocolVersion,
    proved: 0,
    unseen: { height, reason },
    passed: [],
  };
}
