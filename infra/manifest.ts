/**
 * The one inventory: what runs, on which routes, and what each function may touch. The CDK stacks, their grants, the
 * bundle and the local runner all read it, so that what runs locally is what is deployed.
 */
import { entityRoutes } from '../lib/entities/index.ts';
import type { TableName } from '../lib/store/tables.ts';

export type TableUse = 'read' | 'write';

/**
 * The DynamoDB actions behind each use; whatever is not named here, no function may do. There is no DeleteItem (only
 * TTL removes items, and audit entries stay), no BatchWriteItem (its permission covers deletes) and no Scan. A
 * transaction needs the permissions of its parts, nothing of its own.
 */
export const tableActions: Record<TableName, Record<TableUse, readonly string[]>> = {
  records: { read: ['GetItem', 'BatchGetItem'], write: ['PutItem'] },
  audit: { read: ['Query'], write: ['PutItem'] },
  watches: { read: ['BatchGetItem', 'Query'], write: ['UpdateItem'] },
  cache: { read: ['GetItem'], write: ['PutItem'] },
  progress: { read: ['GetItem'], write: ['PutItem', 'UpdateItem'] },
};

export interface FunctionDefinition {
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  readonly tables: Readonly<Partial<Record<TableName, readonly TableUse[]>>>;
  /** Indexes that it may query. */
  readonly indexes?: Readonly<Partial<Record<TableName, readonly string[]>>>;
  /** May start `refresh`, asynchronously: the reader's answer leaves before the refresh is done. */
  readonly invokesRefresh: boolean;
  /** Gets the nodes' endpoints, which may hold secrets. */
  readonly usesChain: boolean;
}

/** Of whoever saves: the trail and the watches are only written; history and sync read them. */
const saving = {
  records: ['read', 'write'],
  audit: ['write'],
  watches: ['write'],
  cache: ['read', 'write'],
  progress: ['read', 'write'],
} as const;

/** Name = file under `functions/`. */
export const functions = {
  'get-entity': { memoryMb: 1024, timeoutSeconds: 29, tables: saving, invokesRefresh: true, usesChain: true },
  'find-entities': {
    memoryMb: 512,
    timeoutSeconds: 10,
    tables: { records: ['read'], progress: ['read'] },
    indexes: { records: ['by-owner'] },
    invokesRefresh: false,
    usesChain: false,
  },
  lookup: { memoryMb: 1024, timeoutSeconds: 29, tables: saving, invokesRefresh: true, usesChain: true },
  'get-history': {
    memoryMb: 512,
    timeoutSeconds: 10,
    tables: { audit: ['read'] },
    invokesRefresh: false,
    usesChain: false,
  },
  'get-health': {
    memoryMb: 512,
    timeoutSeconds: 10,
    tables: { progress: ['read'] },
    invokesRefresh: false,
    usesChain: true,
  },
  'get-openapi': { memoryMb: 256, timeoutSeconds: 10, tables: {}, invokesRefresh: false, usesChain: false },
  refresh: { memoryMb: 1024, timeoutSeconds: 60, tables: saving, invokesRefresh: false, usesChain: true },
  'not-found': { memoryMb: 256, timeoutSeconds: 10, tables: {}, invokesRefresh: false, usesChain: false },
} as const satisfies Record<string, FunctionDefinition>;

export type FunctionName = keyof typeof functions;

export const functionNames = Object.keys(functions) as FunctionName[];

export const functionDefinition = (name: FunctionName): FunctionDefinition => functions[name];

/** Who may call: `anyone` and `reader` need no credential, `writer` and `operator` one that carries the role. */
export type Audience = 'anyone' | 'reader' | 'writer' | 'operator';

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'ANY';
  /** `/v1/…/{parameter}`, or `$default`: whatever no other route takes. */
  readonly path: string;
  readonly function: FunctionName;
  readonly audience: Audience;
}

export const routes: readonly Route[] = [
  ...entityRoutes.flatMap(({ route }): Route[] => [
    { method: 'GET', path: route, function: 'get-entity', audience: 'reader' },
    { method: 'GET', path: `${route}/history`, function: 'get-history', audience: 'reader' },
  ]),
  { method: 'GET', path: '/v1/assets', function: 'find-entities', audience: 'reader' },
  { method: 'POST', path: '/v1/lookup', function: 'lookup', audience: 'reader' },
  { method: 'GET', path: '/v1/health', function: 'get-health', audience: 'anyone' },
  { method: 'GET', path: '/v1/openapi.json', function: 'get-openapi', audience: 'anyone' },
  { method: 'ANY', path: '$default', function: 'not-found', audience: 'anyone' },
];

/** What answers GET answers HEAD, as HTTP asks; the gateway does not see to it by itself. */
export const methodsOf = ({ method }: Route) => (method === 'GET' ? (['GET', 'HEAD'] as const) : ([method] as const));

export const isOpen = (audience: Audience): boolean => audience === 'anyone' || audience === 'reader';
