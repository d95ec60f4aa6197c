import { createHash } from 'node:crypto';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { SubmissionStore } from '../domain/ports/submissions.ts';
import { isUnderway, type StoredSubmission } from '../domain/submission.ts';
import { putOfEntry } from './audit.ts';
import { byIndex } from './dynamodb/by-index.ts';
import type { Dynamo } from './dynamodb/client.ts';
import { isOwn, onCondition, type Put, putTransaction, type Scalars } from './dynamodb/transaction.ts';
import { putOfEvent } from './outbox.ts';
import { tableName } from './tables.ts';

const nothingThere = 'attribute_not_exists(#id)';
const oneBefore = '#revision = :before';
/** For how long a transaction that has ended, and an idempotency key, are kept. */
const keptSeconds = 7 * 86_400;
const everyOpen = 'open';

export function createSubmissions(dynamo: Dynamo, prefix: string): SubmissionStore {
  const TableName = tableName(prefix, 'submissions');

  const get = async (id: string) => {
    const { Item } = await dynamo.send(new GetCommand({ TableName, Key: { id }, ConsistentRead: true }));
    return Item as SubmissionItem | undefined;
  };

  async function listed(index: string, attribute: string, value: string, limit: number) {
    const found: StoredSubmission[] = [];
    const pages = byIndex<SubmissionItem>(dynamo, {
      table: TableName,
      key: ['id'],
      index,
      condition: `#${attribute} = :value`,
      values: { ':value': value },
      newestFirst: false,
      pageSize: Math.min(limit, 100),
    });
    for await (const page of pages) {
      found.push(...page.map(fromItem).filter(isUnderway));
      if (found.length >= limit) break;
    }
    return found.slice(0, limit);
  }

  return {
    async find(hash) {
      const item = await get(`transaction:${hash}`);
      return item && fromItem(item);
    },

    // Rules SUBMIT-2, SUBMIT-4 and SUBMIT-6.
    async change(submission, entry, event) {
      const { revision } = submission;
      const condition =
        revision === 1 ? onCondition([nothingThere]) : onCondition([oneBefore], { ':before': revision - 1 });
      const put: Put = { TableName, Item: toItem(submission), ...condition };
      const conditional = entry === undefined ? [put] : [put, putOfEntry(entry, prefix)];
      const puts = event === undefined ? conditional : [...conditional, putOfEvent(event, prefix)];
      const refused = await putTransaction(dynamo, puts);
      return refused === undefined || conditional.every((one, at) => isOwn(refused, at, one));
    },

    async bindKey(principal, key, hash, now) {
      const id = idOfKey(principal, key);
      const expiresAt = Math.floor(now / 1000) + keptSeconds;
      const put: Put = { TableName, Item: { id, hash, expiresAt }, ...onCondition([nothingThere]) };
      const refused = await putTransaction(dynamo, [put]);
      return refused === undefined ? hash : String(refused.images.get(0)?.hash ?? hash);
    },

    openOf: (account, limit) => listed('by-account', 'openAccount', account, limit),
    open: (limit) => listed('by-open', 'open', everyOpen, limit),
  };
}

/** A key may have any characters: its digest is stored. */
const idOfKey = (principal: string, key: string): string =>
  `key:${createHash('sha256')
    .update(JSON.stringify([principal, key]))
    .digest('hex')}`;

type SubmissionItem = Scalars;

const texts = [
  'hash',
  'initiator',
  'account',
  'timestamp',
  'ttl',
  'validUntil',
  'digest',
  'by',
  'holder',
  'at',
] as const;

function toItem(submission: StoredSubmission): SubmissionItem {
  const { node, reason, nodeCode, auditHead, outcome, block, fork, ...always } = submission;
  return {
    id: `transaction:${submission.hash}`,
    ...always,
    ...(node !== null && { node }),
    ...(reason !== null && { reason }),
    ...(nodeCode !== null && { nodeCode }),
    ...(auditHead !== null && { auditHead }),
    ...(outcome !== null && { outcome }),
    ...(block !== null && { blockHeight: block.height, blockHash: block.hash }),
    ...(fork !== null && { fork }),
    ...(isUnderway(submission) && { open: everyOpen, openAccount: submission.account }),
    expiresAt: Math.floor(Math.max(Date.parse(submission.validUntil), Date.parse(submission.at)) / 1000) + keptSeconds,
  };
}

function fromItem(item: SubmissionItem): StoredSubmission {
  const text = (name: string): string => String(item[name] ?? '');
  const optional = (name: string): string | null => (item[name] === undefined ? null : text(name));
  return {
    ...(Object.fromEntries(texts.map((name) => [name, text(name)])) as Pick<StoredSubmission, (typeof texts)[number]>),
    kind: text('kind') as StoredSubmission['kind'],
    state: text('state') as StoredSubmission['state'],
    attempt: Number(item.attempt),
    until: Number(item.until),
    node: optional('node'),
    reason: optional('reason'),
    nodeCode: item.nodeCode === undefined ? null : Number(item.nodeCode),
    outcome: optional('outcome') as StoredSubmission['outcome'],
    block: item.blockHeight === undefined ? null : { height: Number(item.blockHeight), hash: text('blockHash') },
    fork: item.fork === undefined ? null : Number(item.fork),
    entries: Number(item.entries),
    auditHead: optional('auditHead'),
    revision: Number(item.revision),
  };
}
