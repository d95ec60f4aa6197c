import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { digestOfKey, type StoredKey } from '../domain/api-key.ts';
import type { Keys } from '../domain/ports/keys.ts';
import { type CallerLimits, type Role, roles } from '../domain/principal.ts';
import { putOfEntry } from './audit.ts';
import { byIndex } from './dynamodb/by-index.ts';
import type { Dynamo } from './dynamodb/client.ts';
import { isOwn, onCondition, type Put, putTransaction } from './dynamodb/transaction.ts';
import { tableName } from './tables.ts';

const nothingThere = 'attribute_not_exists(#id)';
const oneBefore = '#revision = :before';
const everyKey = 'all';
const isListed = '#list = :list';

export function createKeys(dynamo: Dynamo, prefix: string): Keys {
  const TableName = tableName(prefix, 'keys');

  async function find(id: string): Promise<StoredKey | undefined> {
    const { Item } = await dynamo.send(new GetCommand({ TableName, Key: { id }, ConsistentRead: true }));
    return Item && keyFromItem(Item as KeyItem);
  }

  /** The first revision creates the key; every other one is made from the revision before it. */
  const putOfKey = (key: StoredKey): Put => ({
    TableName,
    Item: toItem(key),
    ...(key.revision === 1 ? onCondition([nothingThere]) : onCondition([oneBefore], { ':before': key.revision - 1 })),
  });

  return {
    find,

    async list({ after, limit }) {
      const last = after === undefined ? undefined : await find(after);
      if (after !== undefined && last === undefined) return { keys: [], more: false };
      const found: StoredKey[] = [];
      const pages = byIndex<KeyItem>(dynamo, {
        table: TableName,
        key: ['id'],
        index: 'by-created',
        condition: isListed,
        values: { ':list': everyKey },
        newestFirst: true,
        pageSize: Math.min(limit + 1, 100),
        start: last && { id: last.id, list: everyKey, createdAt: last.createdAt },
      });
      for await (const page of pages) {
        found.push(...page.map(keyFromItem));
        if (found.length > limit) break;
      }
      return { keys: found.slice(0, limit), more: found.length > limit };
    },

    async change(...changes) {
      // Rules ITEM-3 and ACCESS-21: key and entry in one transaction, both keys of a rotation included.
      const puts = changes.flatMap(({ key, entry }) => [putOfKey(key), putOfEntry(entry, prefix)]);
      const refused = await putTransaction(dynamo, puts);
      return refused === undefined || puts.every((put, at) => isOwn(refused, at, put));
    },
  };
}

/** A key as an item: flat, scalars only. */
interface StoredItem {
  readonly id: string;
  /** The partition of `by-created`. */
  readonly list: string;
  readonly name: string;
  readonly secretHash: string;
  /** JSON text. */
  readonly roles: string;
  readonly collections?: string;
  readonly application?: string;
  readonly limits?: string;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly expiresAt?: string;
  readonly revokedAt?: string;
  readonly revokedBy?: string;
  readonly note?: string;
  readonly replaces?: string;
  readonly replacedBy?: string;
  readonly revision: number;
  readonly auditHead: string;
  /** Of all the others but `list` and `auditHead`. */
  readonly digest: string;
}

type KeyItem = Readonly<Record<string, string | number | undefined>> & StoredItem;

const texts = ['application', 'expiresAt', 'revokedAt', 'revokedBy', 'note', 'replaces', 'replacedBy'] as const;

function toItem(key: StoredKey): KeyItem {
  const { id, name, secretHash, roles: held, collections, limits, createdAt, createdBy, revision, auditHead } = key;
  return {
    ...{ id, list: everyKey, name, secretHash, roles: JSON.stringify(held), createdAt, createdBy },
    ...{ revision, auditHead, digest: digestOfKey(key) },
    ...(collections !== null && { collections: JSON.stringify(collections) }),
    ...(limits !== null && { limits: JSON.stringify(limits) }),
    ...Object.fromEntries(texts.flatMap((part) => (key[part] === null ? [] : [[part, key[part]]]))),
  };
}

/** Rule ACCESS-22: a row that was changed outside this service comes out as a key without a role, marked as unreadable. */
function keyFromItem(item: KeyItem): StoredKey {
  const key = keyWithoutDigest(item);
  return key.unreadable || digestOfKey(key) === item.digest ? key : { ...key, roles: [], unreadable: true };
}

function keyWithoutDigest(item: KeyItem): StoredKey {
  const held = listIn(item.roles);
  const collections = item.collections === undefined ? null : listIn(item.collections);
  const limits = item.limits === undefined ? null : limitsIn(item.limits);
  const text = (name: keyof StoredItem): string => (typeof item[name] === 'string' ? String(item[name]) : '');
  const optional = (name: keyof StoredItem): string | null => (item[name] === undefined ? null : text(name));
  const isWhole =
    required.every((name) => typeof item[name] === 'string') &&
    texts.every((name) => typeof (item[name] ?? '') === 'string') &&
    item.list === everyKey &&
    Number.isSafeInteger(item.revision) &&
    held?.every((role) => roles.some((known) => known === role)) === true &&
    collections !== undefined &&
    limits !== undefined;
  return {
    id: item.id,
    name: text('name'),
    secretHash: text('secretHash'),
    roles: isWhole ? (held as readonly Role[]) : [],
    collections: collections === undefined ? [] : collections,
    application: optional('application'),
    limits: limits ?? null,
    createdAt: text('createdAt'),
    createdBy: text('createdBy'),
    expiresAt: optional('expiresAt'),
    revokedAt: optional('revokedAt'),
    revokedBy: optional('revokedBy'),
    note: optional('note'),
    replaces: optional('replaces'),
    replacedBy: optional('replacedBy'),
    revision: Number(item.revision) || 0,
    auditHead: text('auditHead'),
    ...(!isWhole && { unreadable: true }),
  };
}

const required = ['name', 'secretHash', 'roles', 'createdAt', 'createdBy', 'auditHead'] as const;

/** undefined: the text is not the JSON of a list of texts. */
function listIn(text: unknown): readonly string[] | undefined {
  const value = jsonIn(text);
  return Array.isArray(value) && value.every((one) => typeof one === 'string') ? value : undefined;
}

/** undefined: the text is not the JSON of limits. */
function limitsIn(text: unknown): CallerLimits | undefined {
  const value = jsonIn(text) as Partial<Record<keyof CallerLimits, unknown>> | null | undefined;
  const { requestsPerMinute, chainReadsPerMinute } = value ?? {};
  const isCount = (number: unknown): number is number => Number.isSafeInteger(number) && Number(number) >= 0;
  return isCount(requestsPerMinute) && isCount(chainReadsPerMinute)
    ? { requestsPerMinute, chainReadsPerMinute }
    : undefined;
}

function jsonIn(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return undefined;
  }
}
