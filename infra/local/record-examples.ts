import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { keyOf, keyRandomBytes } from '../../lib/domain/api-key.ts';
import { anonymous } from '../../lib/domain/principal.ts';
import { webhookSecretBytes, webhookSecretOf } from '../../lib/domain/webhook-signature.ts';
import { authorizerResult } from '../../lib/runtime/access/authorizer-context.ts';
import { rateLimited } from '../../lib/runtime/access/caller-limits.ts';
import { operations } from '../../lib/runtime/contract/operations.ts';
import { namePrefix } from '../../lib/runtime/names.ts';
import { internalError, problemOf, timedOut } from '../../lib/runtime/problem.ts';
import { withHeads } from '../../lib/runtime/with-heads.ts';
import { createDynamo } from '../../lib/store/dynamodb/client.ts';
import { tableName } from '../../lib/store/tables.ts';
import { digestHeads } from '../../lib/usecases/audit/digest-heads.ts';
import { enumerateCollection } from '../../lib/usecases/collecting/enumerate-collection.ts';
import { loadFunctions } from './aws/functions.ts';
import { startDevChain } from './dev-chain/dev-chain.ts';
import { embeddedRecording, recordedExamples } from './dev-chain/recorded-examples.ts';
import { loadRecording } from './dev-chain/recording.ts';
import { protocolRefusal, startHttpApi } from './gateway/http-api.ts';
import { startStack } from './stack.ts';

/**
 * Records the examples of the OpenAPI document: every operation is called on a local stack before the recorded chain, and
 * its answers are written to `examples.json`. To be run again when answers change: `npm run examples`.
 */

const file = join(import.meta.dirname, '../../lib/runtime/contract/examples.json');
const key = 'example-key';
/** Of a key that was never made. */
const exampleKey = keyOf(new Uint8Array(keyRandomBytes).fill(7)).key;
const { collections, account, owner, transaction } = recordedExamples[embeddedRecording];
/** Of `npm start`. */
const firstHeight = 45;
const villa = { collection: 'villas', tokenId: '0' };

for (const name of Object.keys(process.env)) {
  if (/^(ASTAKE|CASPER|AWS_ENDPOINT_URL)(_|$)/.test(name)) delete process.env[name];
}
const node = await startDevChain({ recording: embeddedRecording, height: firstHeight });
Object.assign(process.env, {
  ASTAKE_ENVIRONMENT: 'local',
  POWERTOOLS_LOG_LEVEL: 'SILENT',
  CASPER_UPSTREAMS: JSON.stringify([{ name: 'node-1', url: node.url, operator: 'example' }]),
  CASPER_CHAIN_NAME: node.chainName,
  ASTAKE_MAX_TIP_AGE_SECONDS: '0',
  ASTAKE_PROVE_PERCENT: '100',
  ASTAKE_COLLECTIONS: JSON.stringify(collections),
});
const stack = await startStack({ key });
const dynamo = createDynamo({ endpoint: stack.engine.endpoint });
const withoutRoles = await startHttpApi({
  host: '127.0.0.1',
  port: 0,
  functions: new Map([
    ...(await loadFunctions(['get-sync'])),
    ['authorize', () => authorizerResult({ ...anonymous, name: 'key:example', kind: 'key' })],
  ]),
});

interface Call {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

type Example = Record<string, unknown>;
const examples: Record<string, Example> = {};

async function call(operationId: string, { path = {}, query = {}, body, headers = {} }: Call, base = stack.url) {
  const operation = operations.find((one) => one.operationId === operationId);
  if (operation === undefined) throw new Error(`no operation ${operationId}`);
  const url = new URL(
    operation.path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(path[name] ?? '')),
    base,
  );
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  const answer = await fetch(url, {
    method: operation.method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: answer.status, answer: (await answer.json()) as Example };
}

/** Records one answer of an operation, with the parameters and the body of the request. */
async function record(operationId: string, expected: number, request: Call = {}): Promise<Example> {
  const { status, answer } = await call(operationId, request);
  if (status !== expected) throw new Error(`${operationId}: ${status} ${JSON.stringify(answer)}`);
  const { path, query, body } = request;
  const parameters = { ...path, ...query };
  examples[operationId] = {
    ...(Object.keys(parameters).length > 0 && { parameters }),
    ...(body !== undefined && { request: body }),
    ...examples[operationId],
    [status]: answer,
  };
  return answer;
}

/** Records one answer that operations share, under its name. */
async function recordShared(name: string, expected: number, operationId: string, request: Call, base?: string) {
  const { status, answer } = await call(operationId, request, base);
  if (status !== expected) throw new Error(`${name}: ${status} ${JSON.stringify(answer)}`);
  examples[name] = { [status]: answer };
}

/** Records what is refused before an operation is known. */
async function recordRefusal(name: string, path: string, init: RequestInit): Promise<void> {
  const answer = await fetch(stack.url + path, init);
  examples[name] = { [answer.status]: await answer.json() };
}

/** Alters a stored value outside the service, which opens a conflict with the next read. */
async function edit(ref: string, change: object): Promise<void> {
  const TableName = tableName(namePrefix('local'), 'records');
  const { Item } = await dynamo.send(new GetCommand({ TableName, Key: { ref }, ConsistentRead: true }));
  await dynamo.send(
    new UpdateCommand({
      TableName,
      Key: { ref },
      UpdateExpression: 'SET #value = :value',
      ExpressionAttributeNames: { '#value': 'value' },
      ExpressionAttributeValues: { ':value': JSON.stringify({ ...JSON.parse(Item?.value), ...change }) },
    }),
  );
}

async function until<T>(read: () => Promise<T | undefined>): Promise<T> {
  for (let left = 300; left > 0; left -= 1) {
    const got = await read();
    if (got !== undefined) return got;
    await wait(100);
  }
  throw new Error('this did not happen within 30 s');
}

/** A recorded transaction that is in a block after the present one, and small enough to be read. */
function waiting() {
  const later = [...loadRecording(embeddedRecording).transactions.values()].filter(
    ({ execution_info }) => execution_info.block_height > node.height() + 1,
  );
  const [least] = later.sort((a, b) => JSON.stringify(a.transaction).length - JSON.stringify(b.transaction).length);
  if (least === undefined) throw new Error('the recording ends at the present block');
  return least;
}

const byId = { path: { id: account } };
const noCache = { headers: { 'cache-control': 'no-cache' } };

async function recordLookups(): Promise<void> {
  await record('getAsset', 200, { path: villa });
  await record('getAsset', 404, { path: { ...villa, tokenId: '999' } });
  await record('getAsset', 412, { path: villa, query: { minHeight: '100' } });
  await record('getAsset', 504, { path: { ...villa, tokenId: '1' }, headers: { 'cache-control': 'only-if-cached' } });
  node.keepFrom(10);
  await record('getAsset', 410, { path: villa, query: { at: '9' } });
  node.keepFrom(0);
  const villaByText = { path: { collection: 'villas' }, query: { tokenId: '0' } };
  await record('getAssetByText', 200, { ...villaByText, query: { ...villaByText.query, at: String(firstHeight) } });
  await record('getAssetHistoryByText', 200, villaByText);
  await record('getAccount', 200, byId);
  await record('getStaking', 200, byId);
  await record('getTransaction', 200, { path: { hash: transaction } });
  await call('getCollection', { path: { collection: 'villas' } });
  await record('getAssetHistory', 200, { path: villa });
  await record('getAccountHistory', 200, byId);
  await record('getStakingHistory', 200, byId);
  await record('getTransactionHistory', 200, { path: { hash: transaction } });
  await record('getCollectionHistory', 200, { path: { collection: 'villas' } });
  const refs = [
    { kind: 'asset', id: 'villas:0' },
    { kind: 'asset', id: 'villas:999' },
  ];
  await record('lookup', 200, { body: { refs } });
  await record('refreshAccount', 200, { path: { id: owner } });
  await record('submitTransaction', 202, { body: waiting().transaction });
}

/** Once all tokens are known. */
async function recordCollections(): Promise<void> {
  await call('forceSync', {});
  for (const { package: collection } of Object.values(collections))
    while (!(await enumerateCollection({ collection }, stack.service())).done);
  await record('getCollection', 200, { path: { collection: 'villas' } });
  await record('findAssets', 200, { query: { owner, collection: 'villas' } });
  await record('listCollections', 200);
  await record('listCollectionAssets', 200, { path: { collection: 'villas' }, query: { limit: '2' } });
}

async function recordLocalData(): Promise<void> {
  const body = { note: 'to be shown first', price: 110 };
  const places: Readonly<Record<string, Call>> = {
    AssetLocal: { path: villa },
    AssetLocalByText: { path: { collection: 'villas' }, query: { tokenId: 'villa/7' } },
    AccountLocal: byId,
    StakingLocal: byId,
    TransactionLocal: { path: { hash: transaction } },
    CollectionLocal: { path: { collection: 'villas' } },
  };
  for (const [name, place] of Object.entries(places)) {
    await record(`put${name}`, 201, { ...place, body: { note: 'new' } });
    await record(`put${name}`, 200, { ...place, body });
    await record(`get${name}`, 200, place);
    await record(`get${name}History`, 200, place);
  }
  await record('putAssetLocal', 412, { path: villa, body, headers: { 'if-none-match': '*' } });
  await record('getAssetLocal', 404, { path: { ...villa, tokenId: '999' } });
}

async function recordConflicts(): Promise<void> {
  const { data } = (await call('getAsset', { path: villa })).answer as { data: { id: string } };
  await edit(`asset#${data.id}`, { standard: 'cep47' });
  const { meta } = (await call('getAsset', { path: villa, ...noCache })).answer as { meta: { conflict: string } };
  const conflict = { path: { id: meta.conflict } };
  await until(async () =>
    (await call('getConflict', conflict)).answer.status === 'awaiting-review' ? true : undefined,
  );
  await record('resolveConflicts', 200, { query: { dryRun: 'true' }, body: {} });
  await record('listConflicts', 200);
  await record('getConflict', 200, conflict);
  const body = { decision: 'chain', reviewer: 'alice', note: 'The row was edited by hand.' };
  await record('decideConflict', 200, { ...conflict, body });
  await record('decideConflict', 409, { ...conflict, body });
  await record('undoConflictDecision', 200, { ...conflict, body: { reviewer: 'alice', note: 'Decided too early.' } });
  await record('getConflict', 404, { path: { id: '0'.repeat(64) } });
}

async function recordReconciliation(): Promise<void> {
  const body = { scope: { kind: 'asset' }, dryRun: true };
  const { id } = (await record('startReconciliation', 202, { body })) as { id: string };
  const run = { path: { id } };
  await record('startReconciliation', 409, { body });
  await record('cancelReconciliation', 200, run);
  await record('cancelReconciliation', 409, run);
  const started = (await call('startReconciliation', { body: { dryRun: true } })).answer as { id: string };
  const next = { path: { id: started.id } };
  const isDone = async () => ((await call('getReconciliation', next)).answer.status === 'finished' ? true : undefined);
  await until(isDone);
  await record('getReconciliation', 200, next);
  await record('listReconciliations', 200);
  await record('linkReconciliation', 201, next);
  // The example shows a link that never was.
  const url = `/reports/${started.id}/${Buffer.alloc(32, 7).toString('base64url')}`;
  Object.assign(examples.linkReconciliation?.[201] as object, { url });
}

async function recordOperations(): Promise<void> {
  await record('forceSync', 200, { body: { note: 'after an outage of the nodes' } });
  await record('getSync', 200);
  await record('getHealth', 200);
  await record('getReady', 200);
  await record('getStats', 200);
  await record('getPrincipal', 200);
  await record('getStoredRecord', 200, { query: { kind: 'account', id: account } });
  await record('getMetrics', 200, { query: { minutes: '3' } });
  await record('invalidate', 202, { body: { kind: 'asset', collection: 'villas' } });
  const from = new Date(Date.now() - 3_600_000).toISOString();
  const until = new Date(Date.now() + 3_600_000).toISOString();
  const report = (await record('getAuditReport', 200, { query: { from, until } })) as { entries: unknown[] };
  report.entries.splice(2);
  await digestHeads({ unfinished: null, budgetMs: 60_000 }, withHeads(stack.service()));
  await record('getAuditHeads', 200);
}

async function recordChanges(): Promise<void> {
  const isPublished = async () =>
    ((await call('listChanges', { query: { after: 'start' } })).answer.items as unknown[]).length > 1
      ? true
      : undefined;
  await until(isPublished);
  const found = await record('listChanges', 200, { query: { after: 'start', kinds: 'asset,account' } });
  (found as { items: unknown[] }).items.splice(2);
}

/** What happens in the next blocks to an account that sends a transfer there. */
async function recordActivity(): Promise<void> {
  const sender = { path: { id: owner } };
  await call('listAccountTransactions', sender);
  node.setHeight(node.height() + 20);
  await call('forceSync', {});
  await record('listAccountTransactions', 200, sender);
  await record('listAccountTransactions', 404, { path: { id: '1'.repeat(64) } });
}

async function recordKeys(): Promise<void> {
  const body = {
    name: 'the shop',
    roles: ['writer'],
    collections: ['villas'],
    application: 'shop',
    limits: { requestsPerMinute: 600, chainReadsPerMinute: 60 },
    expiresAt: '2099-01-01T00:00:00.000Z',
    note: 'asked for by the team of the shop',
  };
  const { id } = (await record('createKey', 201, { body })) as { id: string };
  const one = { path: { id } };
  await record('getKey', 200, one);
  await record('getKey', 404, { path: { id: '000000000000' } });
  await record('rotateKey', 201, { ...one, body: { overlapSeconds: 3_600 } });
  await record('rotateKey', 409, one);
  await record('revokeKey', 200, one);
  await record('listKeys', 200);
  // The examples show keys that never were.
  for (const name of ['createKey', 'rotateKey']) Object.assign(examples[name]?.[201] as object, { key: exampleKey });
}

async function recordWebhooks(): Promise<void> {
  const filter = { kinds: ['asset'], types: ['RecordChanged'], collection: 'villas' };
  const body = { url: 'https://hooks.example/astake', filter, description: 'the shop' };
  const { id } = (await record('createWebhook', 201, { body })) as { id: string };
  const one = { path: { id } };
  await record('getWebhook', 200, one);
  await record('getWebhook', 404, { path: { id: `wh_${'0'.repeat(24)}` } });
  await record('changeWebhook', 200, { ...one, body: { description: 'the shop, until June' } });
  await record('pauseWebhook', 200, one);
  await record('resumeWebhook', 200, one);
  await record('replayWebhook', 200, { ...one, body: { after: 'start' } });
  await record('rotateWebhookSecret', 200, { ...one, body: { overlapSeconds: 3_600 } });
  await record('testWebhook', 200, one);
  await record('disableWebhook', 200, one);
  await record('changeWebhook', 409, { ...one, body });
  await record('listWebhooks', 200);
  // The examples show secrets that never were, and a receiver that is there.
  const secret = webhookSecretOf(new Uint8Array(webhookSecretBytes).fill(7));
  Object.assign(examples.createWebhook?.[201] as object, { secret });
  Object.assign(examples.rotateWebhookSecret?.[200] as object, { secret });
  const taken = { delivered: true, problem: null, status: 204, errorCode: null, milliseconds: 84 };
  Object.assign(examples.testWebhook?.[200] as object, taken);
}

/** Two eras end after sync has begun. */
async function recordRewards(): Promise<void> {
  node.setHeight(80);
  await until(async () => {
    await call('forceSync', { body: { note: 'two eras have ended' } });
    const { kept } = (await call('getRewards', byId)).answer as { kept: { toEra: number } | null };
    return kept !== null && kept.toEra > 5 ? true : undefined;
  });
  await record('getRewards', 200, byId);
}

async function recordErrors(): Promise<void> {
  await recordShared('InvalidRequest', 400, 'getAsset', { path: villa, query: { minHeight: 'latest' } });
  await recordShared('Unauthenticated', 401, 'getSync', { headers: { authorization: '' } });
  await recordShared('Forbidden', 403, 'getSync', {}, withoutRoles.url);
  await recordShared('TooLarge', 413, 'lookup', { body: ' '.repeat(200_000) });
  await recordShared('UnsupportedMediaType', 415, 'lookup', { body: '{}', headers: { 'content-type': 'text/plain' } });
  await recordRefusal('MethodNotAllowed', '/v1/lookup', { method: 'DELETE' });
  await recordRefusal('UriTooLong', `/v1/assets?owner=${'0'.repeat(9_000)}`, {});
  await recordRefusal('HeadersTooLarge', '/v1/ready', { headers: { 'x-large': '0'.repeat(11_000) } });
  const requestId = '7c2a3d0e-1d9b-4c57-9a55-0d6a1f6a2b11';
  examples.ExpectationFailed = { 417: problemOf(protocolRefusal(417), requestId) };
  examples.TimedOut = { 503: problemOf(timedOut(), requestId) };
  examples.Throttled = { 429: problemOf(rateLimited(600, 12), requestId) };
  examples.Defect = { 500: internalError(requestId) };
  const rewind = { height: 55, reviewer: 'alice', note: 'The network was reset to block 55.' };
  await record('rewindSync', 200, { body: rewind });
  node.fault('down');
  const { requestId: failed } = (await record('getTransaction', 503, { path: { hash: '1'.repeat(64) } })) as {
    requestId: string;
  };
  await record('getExplanation', 200, { path: { requestId: failed } });
  await record('getExplanation', 404, { path: { requestId } });
  await stack.engine.stop();
  await recordShared('StoreUnavailable', 503, 'findAssets', { query: { owner } });
  await recordShared('NothingAvailable', 503, 'invalidate', { body: { kind: 'asset' } });
}

try {
  await recordLookups();
  await recordCollections();
  await recordLocalData();
  await recordOperations();
  await recordConflicts();
  await recordReconciliation();
  await recordChanges();
  await recordKeys();
  await recordWebhooks();
  await recordActivity();
  await recordRewards();
  await recordErrors();
  const lines = Object.entries(examples).map(
    ([name, example]) => `${JSON.stringify(name)}: ${JSON.stringify(example)}`,
  );
  writeFileSync(file, `{\n${lines.join(',\n')}\n}\n`);
} finally {
  dynamo.destroy();
  await withoutRoles.close();
  await stack.close();
  await node.close();
}
