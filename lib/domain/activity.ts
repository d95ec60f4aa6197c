import { type BlockRef, blockRef, type StateKey } from './block.ts';

/** What a block's execution says of one of its transactions. */
export interface ExecutedTransaction {
  readonly hash: string;
  /** `account-hash-<64 hex digits>`. */
  readonly initiator: string;
  /** In motes. */
  readonly cost: string;
  /** null: it succeeded. */
  readonly errorMessage: string | null;
  /** In the order of the result; none of a failed transaction, since what it transferred was undone. */
  readonly transfers: readonly PurseTransfer[];
}

/** One transfer, as the chain names its parties. */
export interface PurseTransfer {
  /** `account-hash-…` of the account on whose behalf it was made; the source may be another one's purse. */
  readonly from: string;
  /** `account-hash-…`; null where the transfer named a purse. */
  readonly to: string | null;
  /** `uref-<64 hex digits>-<rights>`. */
  readonly source: string;
  readonly target: string;
  /** In motes. */
  readonly amount: string;
  /** An unsigned 64-bit number as decimal digits; null where the sender gave none. */
  readonly id: string | null;
}

/** The transactions of one block, in its order. */
export interface BlockTransactions {
  readonly block: BlockRef;
  readonly transactions: readonly ExecutedTransaction[];
}

export const activityRoles = ['initiated', 'transfer-in', 'transfer-out'] as const;
export type ActivityRole = (typeof activityRoles)[number];

/** What one transaction, or one of its transfers, was to an account. */
export interface Activity {
  /** `account-hash-…`. */
  readonly account: string;
  readonly role: ActivityRole;
  readonly block: BlockRef;
  /** The fork on which sync read it (rule FOLLOW-8). */
  readonly fork: number;
  readonly transaction: Omit<ExecutedTransaction, 'transfers'>;
  /** null for the role `initiated`. */
  readonly transfer: PurseTransfer | null;
  /** Where it stands among all activities of the account, as text: the order of the chain. */
  readonly place: string;
}

/** What of the blocks concerns which account: the accounts that are tracked, and the purses that are known to be theirs. */
export interface TrackedAccounts {
  has(account: string): boolean;
  /** The accounts whose main purse has its balance under this key. */
  ofBalance(key: StateKey): readonly string[];
}

/** The key of an account in global state is its id. */
export const accountKeys = (blocks: readonly BlockTransactions[]): ReadonlySet<StateKey> =>
  new Set(
    blocks.flatMap(({ transactions }) =>
      transactions.flatMap(({ initiator, transfers }) => [
        initiator,
        ...transfers.flatMap(({ from, to }) => (to === null ? [from] : [from, to])),
      ]),
    ),
  );

/** Rule ACTIVITY-2: every part that a tracked account has in these blocks. */
export const activitiesIn = (
  blocks: readonly BlockTransactions[],
  tracked: TrackedAccounts,
  fork: number,
): readonly Activity[] =>
  blocks.flatMap(({ block, transactions }) =>
    transactions.flatMap(({ transfers, ...transaction }, index) => {
      const part = (account: string, role: ActivityRole, transfer: PurseTransfer | null, at: number): Activity => ({
        ...{ account, role, block: blockRef(block), fork, transaction, transfer },
        place: placeOf(block.height, index, at, role, fork),
      });
      const { initiator } = transaction;
      const initiated = tracked.has(initiator) ? [part(initiator, 'initiated', null, 0)] : [];
      const moved = transfers.flatMap((transfer, at) => [
        ...sendersOf(transfer, tracked).map((account) => part(account, 'transfer-out', transfer, at + 1)),
        ...recipientsOf(transfer, tracked).map((account) => part(account, 'transfer-in', transfer, at + 1)),
      ]);
      return [...initiated, ...moved];
    }),
  );

/** Whom the chain names, and whose main purse it was: a contract may pay out in the name of the account that called it. */
const sendersOf = ({ from, source }: PurseTransfer, tracked: TrackedAccounts): readonly string[] =>
  both(from, source, tracked);

const recipientsOf = ({ to, target }: PurseTransfer, tracked: TrackedAccounts): readonly string[] =>
  both(to, target, tracked);

const both = (named: string | null, purse: string, tracked: TrackedAccounts): readonly string[] => [
  ...new Set([...(named !== null && tracked.has(named) ? [named] : []), ...tracked.ofBalance(balanceKey(purse))]),
];

const balanceKey = (uref: string): StateKey => `balance-${uref.slice('uref-'.length, 'uref-'.length + 64)}`;

const digits = (value: number, width: number): string => String(value).padStart(width, '0');

/** Texts in the order of the chain. The fork is part of it: what another fork has at the same place is a row of its own. */
const placeOf = (height: number, index: number, part: number, role: ActivityRole, fork: number): string =>
  [digits(height, heightWidth), digits(index, 6), digits(part, 6), role, digits(fork, 6)].join('#');

const heightWidth = 12;

/** Sorts behind every place at or below the height, and before every other one. */
export const placeAbove = (height: number): string => digits(height + 1, heightWidth);

export const isActivityPlace = (text: string): boolean =>
  /^\d{12}#\d{6}#\d{6}#(?:initiated|transfer-in|transfer-out)#\d{6}$/.test(text);
