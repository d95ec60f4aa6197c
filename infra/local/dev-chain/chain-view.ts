import { recordedKey } from './keys.ts';
import type {
  NamedKey,
  RecordedBlock,
  RewardLine,
  StoredValue,
  TransactionAnswer,
  TransactionKind,
  Version,
} from './recorded.ts';
import { type Recording, rewardKey } from './recording.ts';

/** The chain as one request sees it: nothing above `tip`, and no state at all if `nothingFound`. */
export interface ChainView {
  readonly recording: Recording;
  readonly tip: number;
  readonly chainName: string;
  readonly catchingUp: boolean;
  readonly nothingFound: boolean;
}

export function blockAt(view: ChainView, height: number): RecordedBlock | undefined {
  return height <= view.tip ? view.recording.blocks[height] : undefined;
}

export function blockOfHash(view: ChainView, hash: string): RecordedBlock | undefined {
  return blockAt(view, view.recording.heightOfBlock.get(hash) ?? Number.POSITIVE_INFINITY);
}

export function blockOfRoot(view: ChainView, root: string): RecordedBlock | undefined {
  return blockAt(view, view.recording.heightOfRoot.get(root) ?? Number.POSITIVE_INFINITY);
}

export function tipBlock(view: ChainView): RecordedBlock {
  const block = blockAt(view, view.tip);
  if (block === undefined) throw new Error(`no block at the tip ${view.tip}`);
  return block;
}

/** The newest switch block at or below a height. Block 0 is a switch block, so there is always one. */
export function switchBlockBelow(view: ChainView, height: number): RecordedBlock {
  const block = view.recording.blocks.slice(0, height + 1).findLast(({ header }) => header.era_end !== null);
  if (block === undefined) throw new Error(`no switch block at or below ${height}`);
  return block;
}

/** A key's value as of a block: the newest recorded version that is not above it. */
export function stateAt(view: ChainView, key: string, height: number): StoredValue | undefined {
  return view.nothingFound ? undefined : versionAt(view.recording.state.get(recordedKey(key)), height);
}

/** The named keys of an account or contract. This is a lookup step, so `nothingFound` does not affect it. */
export function namedKeysAt(view: ChainView, key: string, height: number): readonly NamedKey[] {
  const value = versionAt(view.recording.state.get(recordedKey(key)), height);
  return value?.Account?.named_keys ?? value?.Contract?.named_keys ?? [];
}

/** The recorded answer of `query_balance` for a purse address as of a block. */
export function balanceAt(view: ChainView, address: string, height: number): string | undefined {
  return view.nothingFound ? undefined : versionAt(view.recording.balances.get(address), height);
}

/**
 * 1. executed at or below the tip: as recorded;
 * 2. executed in the next block: accepted, but not in a block yet;
 * 3. executed later, of the other kind, or not recorded: unknown.
 */
export function transactionOf(
  view: ChainView,
  kind: TransactionKind,
  hash: string,
):
  | (Pick<TransactionAnswer, 'transaction'> & { readonly execution_info: TransactionAnswer['execution_info'] | null })
  | undefined {
  const recorded = view.nothingFound ? undefined : view.recording.transactions.get(`${kind} ${hash}`);
  if (recorded === undefined) return undefined;
  const { transaction, execution_info } = recorded;
  if (execution_info.block_height <= view.tip) return { transaction, execution_info };
  if (execution_info.block_height === view.tip + 1) return { transaction, execution_info: null };
  return undefined;
}

export function rewardAt(
  view: ChainView,
  height: number,
  validator: string,
  delegator: string | null,
): RewardLine | undefined {
  return view.nothingFound ? undefined : view.recording.rewards.get(rewardKey(height, validator, delegator));
}

function versionAt<T>(versions: readonly Version<T>[] | undefined, height: number): T | undefined {
  return versions?.findLast((version) => version.height <= height)?.value;
}
