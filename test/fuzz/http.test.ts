import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import * as z from 'zod/mini';
import { embeddedRecording, recordedExamples } from '../../infra/local/dev-chain/recorded-examples.ts';
import examples from '../../lib/runtime/contract/examples.json' with { type: 'json' };
import type { Operation } from '../../lib/runtime/contract/operation.ts';
import { operations } from '../../lib/runtime/contract/operations.ts';
import { namePrefix } from '../../lib/runtime/names.ts';
import { withHeads } from '../../lib/runtime/with-heads.ts';
import { createDynamo } from '../../lib/store/dynamodb/client.ts';
import { tableName } from '../../lib/store/tables.ts';
import { digestHeads } from '../../lib/usecases/audit/digest-heads.ts';
import { type Local, startLocal } from '../support/local.ts';
import { type RawAnswer, type RawRequest, sendRaw } from './raw-request.ts';
import { type ListPage, requestsOf, type Samples } from './requests.ts';

/*
 * Whatever a client sends, the answer is one that the OpenAPI document has: its status, its body's schema, its headers. No
 * answer is a defect. FUZZ_SECONDS and ASTAKE_SEED say for how long, and which requests; a failure prints the
 * request, shrunk to what matters. How many requests are tried in the time depends on the machine, the verdict on each does not.
 */
const seconds = Number(process.env.FUZZ_SECONDS ?? 120);
const seed = Number(process.env.ASTAKE_SEED ?? 20_261_130);
const key = 'a-key-for-tests-only';
const operator = { authorization: `Bearer ${key}` };
const { account, owner, transaction } = recordedExamples[embeddedRecording];

let local: Local;
beforeAll(async () => {
  local = await startLocal({
    recording: embeddedRecording,
    height: 30,
    env: { ASTAKE_DEADLINE_MS: '3000', ASTAKE_ATTEMPT_MS: '1000' },
  });
});
afterAll(() => local.close());

test('every answer is one that the OpenAPI document has', async () => {
  const filled = await fillStore();
  const tried = new Map<string, number>();
  const byId = new Map(operations.map((operation) => [operation.operationId, operation]));
  const request = fc.constantFrom(...operations).chain((operation) => {
    const { operationId } = operation;
    return requestsOf(operation, samplesOf(operation, filled), key).map((raw) => ({ operationId, raw }));
  });
  const property = fc.asyncProperty(request, async ({ operationId, raw }) => {
    const answer = await sendRaw(local.url, raw);
    const outcome = `${operationId} ${answer.status}`;
    tried.set(outcome, (tried.get(outcome) ?? 0) + 1);
    expect(faultsOf(byId.get(operationId) as Operation, raw, answer)).toEqual([]);
  });
  await fc.assert(property, {
    seed,
    numRuns: 1_000_000,
    interruptAfterTimeLimit: seconds * 1_000,
    endOnFailure: false,
  });

  const total = [...tried.values()].reduce((sum, count) => sum + count, 0);
  const reached = new Set([...tried.keys()].map((outcome) => outcome.split(' ')[0] ?? ''));
  const succeeded = new Set(
    [...tried.keys()].filter((outcome) => / 2\d\d$/.test(outcome)).map((outcome) => outcome.split(' ')[0] ?? ''),
  );
  console.info(`${total} requests; by outcome: ${JSON.stringify(Object.fromEntries([...tried].sort()))}`);
  // The generator would be worthless if it never got past the checks of a parameter. What ends something succeeds once.
  const ends = (id = '') => /^(?:decide|undo|cancel)/.test(id);
  if (total > 5_000) expect([...reached].filter((id) => !succeeded.has(id) && !ends(id))).toEqual([]);
});

/** A key is replaced once, and never once it is revoked. */
const keysMade = 40;
const webhooksMade = 25;

/** Records, their histories, a conflict, a run, keys and events, so that each id leads to something and lists have two pages. */
async function fillStore(): Promise<Filled> {
  for (const height of [30, 40, 50, 58, 60, 62]) {
    local.setHeight(height);
    await post('/v1/sync', {});
    const refs = Array.from({ length: 8 }, (_, id) => ({ kind: 'asset', id: `villas:${id}` }));
    const others = ['account', 'staking'].map((kind) => ({ kind, id: account }));
    await post('/v1/lookup', { refs: [...refs, ...others, { kind: 'transaction', id: transaction }] });
  }
  for (const id of [1, 2]) {
    await edit(`asset#${recordedExamples[embeddedRecording].collections.villas.package}:${id}`, { standard: 'cep47' });
    await read(`/v1/assets/villas/${id}`, { 'cache-control': 'no-cache' });
  }
  const { id: run } = (await post('/v1/reconciliations', {})) as { readonly id: string };
  const keys: string[] = [];
  for (let count = 0; count < keysMade; count += 1) {
    const made = await post('/v1/keys', { name: `key ${count}`, roles: ['reader'] });
    keys.push((made as { readonly id: string }).id);
  }
  const webhooks: string[] = [];
  for (let count = 0; count < webhooksMade; count += 1) {
    const made = await post('/v1/webhooks', { url: `https://hooks.example/${count}` });
    webhooks.push((made as { readonly id: string }).id);
  }
  local.node.fault('down');
  const never = { 'cache-control': 'no-cache, stale-if-error=0' };
  const { requestId } = (await read(`/v1/accounts/${account}`, never)) as { readonly requestId: string };
  local.node.fault(undefined);
  await digestHeads({ unfinished: null, budgetMs: 60_000 }, withHeads(local.stack.service()));
  const { items } = (await read('/v1/conflicts')) as { readonly items: readonly { readonly id: string }[] };
  const lists = {
    findAssets: `/v1/assets?owner=${owner}&limit=1`,
    listCollections: '/v1/collections?limit=1',
    listCollectionAssets: '/v1/collections/villas/assets?limit=1',
    getAssetHistory: '/v1/assets/villas/1/history?limit=1',
    getAccountHistory: `/v1/accounts/${account}/history?limit=1`,
    getAuditReport: `/v1/audit?from=${day(-1)}&until=${day(1)}&limit=1`,
    listConflicts: '/v1/conflicts?limit=1',
    listReconciliations: '/v1/reconciliations?limit=1',
    listKeys: '/v1/keys?limit=1',
    listWebhooks: '/v1/webhooks?limit=1',
  };
  const pages = await Promise.all(
    Object.entries(lists).map(async ([operationId, path]): Promise<[string, ListPage] | undefined> => {
      const { next } = (await read(path)) as { readonly next?: string | null };
      return next == null ? undefined : [operationId, { path, cursor: next }];
    }),
  );
  return {
    run,
    requestId,
    keys,
    webhooks,
    conflicts: items.map(({ id }) => id),
    lists: new Map(pages.flatMap((page) => (page ? [page] : []))),
  };
}

interface Filled {
  readonly run: string;
  /** Of a request that failed. */
  readonly requestId: string;
  readonly keys: readonly string[];
  readonly webhooks: readonly string[];
  readonly conflicts: readonly string[];
  readonly lists: ReadonlyMap<string, ListPage>;
}

async function post(path: string, body: unknown): Promise<unknown> {
  const headers = { ...operator, 'content-type': 'application/json' };
  return JSON.parse((await sendRaw(local.url, { method: 'POST', path, headers, body: JSON.stringify(body) })).text);
}

async function read(path: string, headers: Readonly<Record<string, string>> = {}): Promise<unknown> {
  const all = { ...operator, ...headers };
  return JSON.parse((await sendRaw(local.url, { method: 'GET', path, headers: all, body: undefined })).text);
}

/** Alters a stored value outside the service: the next read opens a conflict that awaits a person. */
async function edit(ref: string, change: object): Promise<void> {
  const dynamo = createDynamo({ endpoint: local.stack.engine.endpoint });
  const TableName = tableName(namePrefix('local'), 'records');
  const { Item } = await dynamo.send(new GetCommand({ TableName, Key: { ref }, ConsistentRead: true }));
  const value = JSON.stringify({ ...JSON.parse(Item?.value), ...change });
  await dynamo.send(new PutCommand({ TableName, Item: { ...Item, value } }));
  dynamo.destroy();
}

const day = (from: number): string => new Date(Date.now() + from * 86_400_000).toISOString().slice(0, 10);

function samplesOf(
  { operationId, path }: Operation,
  { run, requestId, keys, webhooks, conflicts, lists }: Filled,
): Samples {
  const recorded = (examples as Record<string, { request?: unknown; parameters?: Record<string, string> }>)[
    operationId
  ];
  const ids = path.startsWith('/v1/conflicts')
    ? conflicts
    : path.startsWith('/v1/reconciliations')
      ? [run]
      : path.startsWith('/v1/keys')
        ? keys
        : path.startsWith('/v1/webhooks')
          ? webhooks
          : [account, owner, account.toUpperCase()];
  return {
    parameters: {
      collection: ['villas', recordedExamples[embeddedRecording].collections.villas.package],
      tokenId: ['0', '1', '999'],
      hash: [transaction],
      owner: [owner, account],
      from: [day(-1)],
      until: [day(1)],
      limit: ['1', '20', '100'],
      minHeight: ['0', '30'],
      format: ['json', 'html', 'csv'],
      status: ['open', 'awaiting-review', 'resolved'],
      dryRun: ['true', 'false'],
      kind: ['account', 'staking'],
      id: ids,
      requestId: [requestId],
    },
    bodies: recorded?.request === undefined ? [] : [recorded.request],
    list: lists.get(operationId),
  };
}

function faultsOf({ path, responses }: Operation, raw: RawRequest, { status, headers, text }: RawAnswer): string[] {
  const where = `${raw.method} ${raw.path.slice(0, 300)}: ${status}`;
  if (status === 500) return [`${where}: ${text.slice(0, 300)}`];
  if (!leadsTo(path, raw.path)) return problemFaults(where, status, text);
  const described = responses[status];
  if (described === undefined) return [`${where} is not described for ${path}`];
  const missing = (described.headers ?? [])
    .filter((name) => !headers.has(name))
    .map((name) => `${where}: no header ${name}`);
  const isJson = /json/.test(headers.get('content-type') ?? '');
  if (described.schema === undefined || !isJson) return missing;
  const parsed = described.schema.safeParse(JSON.parse(text));
  return parsed.success ? missing : [...missing, `${where}: ${z.prettifyError(parsed.error)}`];
}

/** Whether a path is surely one of the operation: others may be refused before, or lead to another operation. */
function leadsTo(template: string, rawPath: string): boolean {
  const [path = ''] = rawPath.split('?');
  const [names, parts] = [template.split('/'), path.split('/')];
  const isPlain = (part: string | undefined) => part !== undefined && /^[\w.~-]+$/.test(part) && !/^\.+$/.test(part);
  return (
    rawPath.length < 8_000 &&
    names.length === parts.length &&
    names.every((name, at) => (name.startsWith('{') ? isPlain(parts[at]) : name === parts[at]))
  );
}

function problemFaults(where: string, status: number, text: string): string[] {
  if (status < 400) return [];
  if (status > 499 && status !== 503) return [`${where}: ${text.slice(0, 300)}`];
  const problem = JSON.parse(text) as Record<string, unknown>;
  const isWhole = problem.status === status && typeof problem.code === 'string' && typeof problem.detail === 'string';
  return isWhole ? [] : [`${where}: no problem details: ${text.slice(0, 300)}`];
}
