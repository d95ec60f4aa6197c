import type { Conflict, ConflictClass, ConflictStatus } from '../domain/conflict.ts';
import { parseRefKey, refKey } from '../domain/entity.ts';
import { onCondition, type Put } from './dynamodb/transaction.ts';
import { tableName } from './tables.ts';

/** A conflict as an item: flat, scalars only. */
interface StoredConflict {
  readonly id: string;
  readonly ref: string;
  readonly class: ConflictClass;
  readonly status: ConflictStatus;
  readonly fields: string;
  readonly height: number;
  readonly hash: string;
  readonly blockTime: string;
  readonly databaseDigest: string;
  readonly chainDigest: string;
  readonly evidence: string;
  readonly openedAt: string;
  readonly owner?: string;
  readonly deadline?: string;
  readonly resolvedAt?: string;
  readonly decision?: string;
  readonly revision: number;
}

export type ConflictItem = Readonly<Record<string, string | number | undefined>> & StoredConflict;

const nothingThere = 'attribute_not_exists(#id)';
const oneBefore = '#revision = :before';

/** Whoever changes it has read the revision before: the first one makes it. */
export const putOfConflict = (conflict: Conflict, prefix: string): Put => ({
  TableName: tableName(prefix, 'conflicts'),
  Item: toItem(conflict),
  ...(conflict.revision === 1
    ? onCondition([nothingThere])
    : onCondition([oneBefore], { ':before': conflict.revision - 1 })),
});

const toItem = ({ owner, deadline, resolvedAt, decision, ...conflict }: Conflict): ConflictItem => ({
  id: conflict.id,
  ref: refKey(conflict.ref),
  class: conflict.class,
  status: conflict.status,
  fields: JSON.stringify(conflict.fields),
  height: conflict.block.height,
  hash: conflict.block.hash,
  blockTime: conflict.block.timestamp,
  databaseDigest: conflict.databaseDigest,
  chainDigest: conflict.chainDigest,
  evidence: JSON.stringify(conflict.evidence),
  openedAt: conflict.openedAt,
  ...(owner !== null && { owner }),
  ...(deadline !== null && { deadline }),
  ...(resolvedAt !== null && { resolvedAt }),
  ...(decision !== null && { decision: JSON.stringify(decision) }),
  revision: conflict.revision,
});

export const conflictFromItem = (item: ConflictItem): Conflict => ({
  id: item.id,
  ref: parseRefKey(item.ref),
  class: item.class,
  status: item.status,
  fields: JSON.parse(item.fields),
  block: { height: item.height, hash: item.hash, timestamp: item.blockTime },
  databaseDigest: item.databaseDigest,
  chainDigest: item.chainDigest,
  evidence: JSON.parse(item.evidence),
  openedAt: item.openedAt,
  owner: item.owner ?? null,
  deadline: item.deadline ?? null,
  resolvedAt: item.resolvedAt ?? null,
  decision: item.decision === undefined ? null : JSON.parse(item.decision),
  revision: item.revision,
});
