import { type TableName, tableNames } from '../../lib/store/tables.ts';

/**
 * The DynamoDB action behind each use of a table. A function has no other permissions. There is no DeleteItem (only TTL
 * removes items, and audit entries stay; rule SAVE-7), no BatchWriteItem (its permission includes deletes) and no Scan. A
 * transaction needs only the permissions of its parts: one that reads needs `get`.
 */
export const tableActions = {
  get: 'GetItem',
  getMany: 'BatchGetItem',
  query: 'Query',
  put: 'PutItem',
  update: 'UpdateItem',
} as const;

export type TableUse = keyof typeof tableActions;
export type TableUses = Readonly<Partial<Record<TableName, readonly TableUse[]>>>;

/** All that any of the parts has. */
export const allUsesOf = (...parts: readonly TableUses[]): TableUses =>
  Object.fromEntries(
    tableNames
      .map((table) => [table, [...new Set(parts.flatMap((part) => part[table] ?? []))]] as const)
      .filter(([, uses]) => uses.length > 0),
  );

/** An entry of an audit trail follows the newest one. */
export const auditing: TableUses = { audit: ['query', 'put'] };

/** What a function needs that authenticates: the authorizer, and those of open routes, which have no authorizer. */
export const authenticating: TableUses = { keys: ['get'] };

/** Who asks nodes shares their breakers, and writes into a node's trail that one opened or closed. */
export const observing: TableUses = allUsesOf(auditing, { progress: ['get', 'update'] });

/** A save of what is on no list. It may open a conflict, and writes an event to the outbox. */
const saving: TableUses = allUsesOf(observing, {
  records: ['get', 'getMany', 'put'],
  conflicts: ['get', 'put'],
  outbox: ['put'],
  watches: ['update'],
  cache: ['put'],
  progress: ['getMany'],
});

/** A save of any kind: tokens are on the lists of owners and collections (rule COLLECT-1). */
export const savingListed: TableUses = allUsesOf(saving, { listings: ['put'] });

/** Who reads the chain for a reader keeps its bases tracked, and reports which keys are hot. */
export const readingChain: TableUses = { records: ['update'], progress: ['put'] };

/** Who looks up an account or a collection, which are on no list. */
export const lookingUp: TableUses = allUsesOf(saving, readingChain, { cache: ['get'] });

/** Who looks up a collection counts its tokens (rule COLLECT-6). */
export const counting: TableUses = { listings: ['get', 'getMany', 'query', 'put'] };

/** Who looks up a transaction that no node shows learns what was submitted here (rule SUBMIT-5). */
export const answeringSubmitted: TableUses = { submissions: ['get'] };

/** The log of changes gets further events of the outbox. */
export const sequencing: TableUses = {
  outbox: ['getMany', 'update'],
  changes: ['get', 'put', 'update'],
};
