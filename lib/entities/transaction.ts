import { amount } from '../domain/amount.ts';
import { digestOf } from '../domain/digest.ts';
import type { EntityDefinition } from '../domain/entity.ts';
import { ChainUnavailable, InvalidId } from '../domain/errors.ts';
import { canonicalHex } from '../domain/hex.ts';
import type { Transfer } from '../domain/pinned-state.ts';
import { ttlMilliseconds } from '../domain/time-to-live.ts';

export interface TransactionValue {
  readonly type: 'Version1' | 'Deploy';
  readonly status: 'pending' | 'processed' | 'failed' | 'expired';
  readonly initiator: string;
  readonly timestamp: string;
  readonly ttl: string;
  readonly executedAt: { readonly height: number; readonly hash: string } | null;
  readonly cost: string | null;
  readonly consumed: string | null;
  readonly refund: string | null;
  readonly errorMessage: string | null;
  readonly transfers: readonly Transfer[];
}

/**
 * In seconds. An executed transaction never changes; one that still waits may be in the next block. One that has expired may yet
 * be shown in a block, by a node that was not asked.
 */
const fresh = { processed: 86_400, failed: 86_400, pending: 8, expired: 8 } as const;

/** A transaction or deploy (rule KIND-2). Pending, it depends on its own key; executed, it depends on nothing and never changes. */
export const transactionDefinition: EntityDefinition<TransactionValue> = {
  kind: 'transaction',
  route: '/v1/transactions/{hash}',
  definition: digestOf({ kind: 'transaction', schema: 2 }),

  canonicalId(input) {
    const [, hash] = /^(?:transaction-v1-|deploy-)?([0-9a-f]{64})$/i.exec(input) ?? [];
    if (hash !== undefined) return canonicalHex(hash);
    throw new InvalidId(
      'a transaction hash is 64 hexadecimal digits, with or without "transaction-v1-" or "deploy-" before them',
    );
  },

  async read(id, state, known) {
    const seen = await state.transaction(id);
    const before = known?.value as TransactionValue | null | undefined;
    if (seen === undefined) {
      // Nodes drop old transactions, but the chain does not undo them.
      if (before?.executedAt) throw new ChainUnavailable('no node still holds this transaction');
      return undefined;
    }
    const { type, initiator, timestamp, ttl, execution } = seen;
    if (execution === undefined) {
      const lifetime = ttlMilliseconds(ttl);
      return {
        value: { type, status: seen.expired ? 'expired' : 'pending', initiator, timestamp, ttl, ...unexecuted },
        ...(lifetime === undefined ? {} : { validUntil: new Date(Date.parse(timestamp) + lifetime).toISOString() }),
      };
    }
    const { block, cost, consumed, refund, errorMessage, transfers } = execution;
    const status = errorMessage === null ? 'processed' : 'failed';
    return {
      value: {
        type,
        status,
        initiator,
        timestamp,
        ttl,
        executedAt: block,
        cost,
        consumed,
        refund,
        errorMessage,
        transfers,
      },
      // Rule KIND-2: an executed transaction depends on nothing.
      final: true,
    };
  },

  fields: {
    type: 'review',
    status: 'chain-wins',
    initiator: 'review',
    timestamp: 'review',
    ttl: 'review',
    executedAt: 'chain-wins',
    cost: 'chain-wins',
    consumed: 'chain-wins',
    refund: 'chain-wins',
    errorMessage: 'chain-wins',
    transfers: 'chain-wins',
  },
  whenAbsent: 'review',
  absenceIsNotRecorded: true,
  hasNoProof: true,
  freshSeconds: ({ status }) => fresh[status],
  awaits(data) {
    if (data === null) return 'arrival';
    return (data as TransactionValue).status === 'pending' ? 'execution' : null;
  },
  endOf(data) {
    const { status, executedAt } = data as TransactionValue;
    if (status === 'expired') return { state: 'expired' };
    if (status === 'pending' || executedAt === null) return undefined;
    return { state: 'ended', outcome: status, block: executedAt };
  },
  madeAt: ({ timestamp }) => timestamp,
  heldSince: ({ executedAt }) => executedAt?.height,
  // Rule SUBMIT-5: the absence at a block beyond its end comes from a node that holds every block that could have it.
  whileUnseen: ({ kind, initiator, timestamp, ttl, validUntil }, blockTime) => ({
    type: kind,
    status: Date.parse(validUntil) < Date.parse(blockTime) ? 'expired' : 'pending',
    initiator,
    timestamp,
    ttl,
    ...unexecuted,
  }),
  // Who reads "expired" signs and sends again. So only the chain says so, and never a record when no node can answer.
  answersForChain: ({ status }) => status !== 'expired',
  // A hash that is unknown now may arrive at any moment.
  absentSeconds: 2,
  checks: [
    {
      name: 'executed-has-block',
      find: ({ status, executedAt }) =>
        (status === 'processed' || status === 'failed') === (executedAt !== null)
          ? undefined
          : `the status is ${status}, but there is ${executedAt === null ? 'no' : 'a'} block`,
    },
  ],
  accounts: ({ initiator, transfers }) => [
    initiator,
    ...transfers.flatMap(({ from, to }) => (to === null ? [from] : [from, to])),
  ],
  references: ({ initiator }) => [{ kind: 'account', id: initiator }],

  present: (
    id,
    { type, status, initiator, timestamp, ttl, executedAt, cost, consumed, refund, errorMessage, transfers },
  ) => ({
    kind: 'transaction',
    id,
    hash: id,
    type,
    status,
    initiator,
    timestamp,
    ttl,
    executedAt,
    cost: cost === null ? null : amount(cost),
    consumed,
    refund: refund === null ? null : amount(refund),
    errorMessage,
    transfers: transfers.map((transfer) => ({ ...transfer, amount: amount(transfer.amount) })),
    local: null,
  }),
};

const unexecuted = {
  executedAt: null,
  cost: null,
  consumed: null,
  refund: null,
  errorMessage: null,
  transfers: [],
} as const;
