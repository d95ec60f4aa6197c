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
import { expiresAt, type Submission } from './submissions/submission.ts';

/** The chain as one request sees it: nothing above `tip`, no block and no block's state below `low`, and no state at all if `nothingFound`. */
export interface ChainView {
  readonly recording: Recording;
  readonly tip: number;
  readonly low: number;
  readonly chainName: string;
  readonly catchingUp: boolean;
  readonly nothingFound: boolean;
  readonly submissions: Submissions;
}

/** The accepted transactions that a node has heard of. */
export interface Submissions {
  find(kind: TransactionKind, hash: string): Submission | undefined;
  accept(submission: Submission): void;
  now(): number;
}

export function blockAt(view: ChainView, height: number): RecordedBlock | undefined {
  return height >= view.low && height <= view.tip ? view.recording.blocks[height] : undefined;
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

export interface FoundTransaction {
  readonly transaction: Readonly<Partial<Record<TransactionKind, object>>>;
  readonly execution_info: TransactionAnswer['execution_info'] | null;
}

/**
 * 1. executed at or below the tip: as recorded;
 * 2. recorded in the next block, or submitted and not expired: accepted, but not in a block yet;
 * 3. executed later, of the other kind, expired, or never seen: unknown.
 */
export function transactionOf(view: ChainView, kind: TransactionKind, hash: string): FoundTransaction | undefined {
  if (view.nothingFound) return undefined;
  const executed = view.recording.transactions.get(`${kind} ${hash}`);
  const { transaction, execution_info } = executed ?? {};
  if (transaction && execution_info && execution_info.block_height <= view.tip) return { transaction, execution_info };
  if (transaction && execution_info?.block_height === view.tip + 1) return { transaction, execution_info: null };
  const submitted = view.submissions.find(kind, hash);
  if (submitted === undefined || expiresAt(submitted) < Date.parse(tipBlock(view).header.timestamp)) return undefined;
  return { transaction: transaction ?? { [kind]: submitted.json }, execution_info: null };
}

export function rewardAt(
  view: ChainView,
  height: number,
  validator: string,
  delegator: string | null,
): RewardLine | undefined {
  return view.nothingFound ? undefined : view.recording.rewards.get(rewardKey(height, validator, delegator));
}

export function versionAt<T>(versions: readonly Version<T>[] | undefined, height: number): T | undefined {
  return versions?.findLast((version) => version.height <= height)?.value;
}
