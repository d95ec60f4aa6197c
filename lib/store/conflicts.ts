import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { Conflict, ConflictClass, ConflictField, ConflictStatus, Testimony } from '../domain/conflict.ts';
import { parseRefKey, refKey } from '../domain/entity.ts';
import { eventsOf } from '../domain/events.ts';
import type { Conflicts } from '../domain/ports/conflicts.ts';
import type { ReadingProof } from '../domain/proof.ts';
import { putOfEntry } from './audit.ts';
import { byIndex, countByIndex } from './dynamodb/by-index.ts';
import type { Dynamo } from './dynamodb/client.ts';
import { isOwn, onCondition, type Put, putTransaction } from './dynamodb/transaction.ts';
import { putOfEvent } from './outbox.ts';
import { storedProof } from './stored-proof.ts';
import { tableName } from './tables.ts';

const nothingThere = 'attribute_not_exists(#id)';
const oneBefore = '#revision = :before';
const ofStatus = '#status = :status';

export function createConflicts(dynamo: Dynamo, prefix: string): Conflicts {
  const TableName = tableName(prefix, 'conflicts');

  async function get(id: string): Promise<Conflict | undefined> {
    const { Item } = await dynamo.send(new GetCommand({ TableName, Key: { id }, ConsistentRead: true }));
    return Item && conflictFromItem(Item as ConflictItem);
  }

  return {
    get,

    async byStatus(status, { after, limit }) {
      const last = after === undefined ? undefined : await get(after);
      if (after !== undefined && last === undefined) return { conflicts: [], more: false };
      const found: Conflict[] = [];
      const pages = byIndex<ConflictItem>(dynamo, {
        table: TableName,
        key: ['id'],
        index: 'by-status',
        condition: ofStatus,
        values: { ':status': status },
        newestFirst: true,
        pageSize: Math.min(limit + 1, 100),
        start: last && { id: last.id, status, openedAt: last.openedAt },
      });
      for await (const page of pages) {
        found.push(...page.map(conflictFromItem).filter((conflict) => conflict.status === status));
        if (found.length > limit) break;
      }
      return { conflicts: found.slice(0, limit), more: found.length > limit };
    },

    count: (status) =>
      countByIndex(dynamo, {
        table: TableName,
        index: 'by-status',
        condition: ofStatus,
        values: { ':status': status },
      }),

    async change(conflict, entry) {
      const put = putOfConflict(conflict, prefix);
      const events = eventsOf(undefined, conflict, { at: entry?.timestamp }).map((event) => putOfEvent(event, prefix));
      const trail = entry === undefined ? [] : [putOfEntry(entry, prefix)];
      const refused = await putTransaction(dynamo, [put, ...trail, ...events]);
      return refused === undefined || isOwn(refused, 0, put);
    },
  };
}

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
  /** JSON text. */
  readonly proof?: string;
  readonly openedAt: string;
  readonly openedBy?: string;
  /** JSON: a list of names. */
  readonly editedBy?: string;
  readonly owner?: string;
  readonly deadline?: string;
  readonly resolvedAt?: string;
  readonly decision?: string;
  readonly revision: number;
}

type ConflictItem = Readonly<Record<string, string | number | undefined>> & StoredConflict;

/** A change is made from the revision before it; the first revision creates the conflict. */
export const putOfConflict = (conflict: Conflict, prefix: string): Put => ({
  TableName: tableName(prefix, 'conflicts'),
  Item: toItem(conflict),
  ...(conflict.revision === 1
    ? onCondition([nothingThere])
    : onCondition([oneBefore], { ':before': conflict.revision - 1 })),
});

const toItem = ({
  owner,
  deadline,
  resolvedAt,
  decision,
  openedBy,
  editedBy,
  proof,
  ...conflict
}: Conflict): ConflictItem => ({
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
  ...(proof !== undefined && { proof: JSON.stringify(proof) }),
  openedAt: conflict.openedAt,
  ...(openedBy !== undefined && { openedBy }),
  ...(editedBy !== undefined && { editedBy: JSON.stringify(editedBy) }),
  ...(owner !== null && { owner }),
  ...(deadline !== null && { deadline }),
  ...(resolvedAt !== null && { resolvedAt }),
  ...(decision !== null && { decision: JSON.stringify(decision) }),
  revision: conflict.revision,
});

/** A row that was changed outside this service still comes out as a conflict: one that is marked as unreadable. */
function conflictFromItem(item: ConflictItem): Conflict {
  const text = textsIn(item);
  const fields = listIn<ConflictField>(item.fields, 'field');
  const evidence = listIn<Testimony>(item.evidence, 'node');
  const decision = item.decision === undefined ? null : objectIn<NonNullable<Conflict['decision']>>(item.decision);
  const proof = item.proof === undefined ? null : proofIn(item.proof);
  const editedBy = item.editedBy === undefined ? [] : namesIn(item.editedBy);
  const isWhole =
    required.every((name) => typeof item[name] === 'string') &&
    optional.every((name) => typeof (item[name] ?? '') === 'string') &&
    [item.height, item.revision].every(Number.isSafeInteger) &&
    classes.includes(item.class) &&
    text('ref').includes('#') &&
    [fields, evidence, proof, decision, editedBy].every((part) => part !== undefined);
  return {
    id: item.id,
    ref: parseRefKey(text('ref')),
    class: item.class,
    status: item.status,
    fields: fields ?? [],
    block: { height: Number(item.height) || 0, hash: text('hash'), timestamp: text('blockTime') },
    databaseDigest: text('databaseDigest'),
    chainDigest: text('chainDigest'),
    evidence: evidence ?? [],
    ...(proof != null && { proof }),
    openedAt: text('openedAt'),
    ...(typeof item.openedBy === 'string' && { openedBy: item.openedBy }),
    ...(editedBy !== undefined && editedBy.length > 0 && { editedBy }),
    owner: item.owner ?? null,
    deadline: item.deadline ?? null,
    resolvedAt: item.resolvedAt ?? null,
    decision: decision ?? null,
    revision: Number(item.revision) || 0,
    ...(!isWhole && { unreadable: true }),
  };
}

const classes: readonly ConflictClass[] = ['value', 'edited', 'vanished', 'nodes-disagree'];
const required = ['ref', 'hash', 'blockTime', 'databaseDigest', 'chainDigest', 'openedAt'] as const;

const optional = ['owner', 'deadline', 'resolvedAt', 'openedBy'] as const;

const textsIn =
  (item: ConflictItem) =>
  (name: (typeof required)[number]): string =>
    typeof item[name] === 'string' ? item[name] : '';

/** undefined: the text is not the JSON of a list of objects with this name. */
function listIn<Member>(text: unknown, name: keyof Member & string): readonly Member[] | undefined {
  const value = jsonIn(text);
  return Array.isArray(value) && value.every((one) => isObject(one) && typeof one[name] === 'string')
    ? (value as Member[])
    : undefined;
}

/** undefined: the text is not the JSON of a list of names. */
function namesIn(text: unknown): readonly string[] | undefined {
  const value = jsonIn(text);
  return Array.isArray(value) && value.every((one) => typeof one === 'string') ? value : undefined;
}

/** undefined: the text is not the JSON of an object. */
function objectIn<Value>(text: unknown): Value | undefined {
  const value = jsonIn(text);
  return isObject(value) && !Array.isArray(value) ? (value as Value) : undefined;
}

/** undefined: the text is not the JSON of a proof. */
function proofIn(text: unknown): ReadingProof | undefined {
  try {
    return storedProof(String(text));
  } catch {
    return undefined;
  }
}

function jsonIn(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
