import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { DeleteCommand, DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import type { Fault, FaultOptions } from '../../infra/local/dev-chain/fault.ts';
import { recordedExamples } from '../../infra/local/dev-chain/recorded-examples.ts';
import { StoreUnavailable } from '../../lib/domain/errors.ts';
import { createDynamo, type Dynamo } from '../../lib/store/dynamodb/client.ts';
import { eventually } from '../faults/child.ts';
import { asOperator, type Local, startLocal } from '../support/local.ts';
import { recordedTruth } from '../support/recorded-truth.ts';
import { runProgram } from './run-program.ts';

const { owner } = recordedExamples['chain-a'];
const others = recordedTruth('chain-a').accounts.map(({ id }) => id);
const stateMethods = ['query_global_state', 'query_balance', 'query_balance_details', 'state_get_item'];
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const noCache = { 'cache-control': 'no-cache' };

let local: Local;
let dynamo: Dynamo;
/** How far the clock of the service is ahead, so that what takes minutes or hours takes none. */
let aheadMs = 0;
const wall = Date.now;
jest.spyOn(Date, 'now').mockImplementation(() => wall() + aheadMs);

beforeAll(async () => {
  local = await startLocal({ nodes: 3, height: 56 });
  dynamo = createDynamo({ endpoint: local.stack.engine.endpoint, requestTimeoutMs: 10_000 });
  // Sync stands at several blocks, as it does after some minutes.
  for (const height of [56, 58, 60]) {
    local.setHeight(height);
    await tick();
  }
  for (const path of [`/v1/accounts/${owner}`, '/v1/assets/villas/0']) expect((await local.get(path)).status).toBe(200);
  await reconcile();
});
afterAll(async () => {
  dynamo.destroy();
  await local.close();
});
afterEach(() => {
  strike(undefined);
  jest.mocked(DynamoDBDocumentClient.prototype.send).mockRestore?.();
  jest.mocked(EventBridgeClient.prototype.send).mockRestore?.();
});

function strike(fault: Fault | undefined, options: FaultOptions = {}, nodes = local.nodes): void {
  for (const node of nodes) node.fault(fault, options);
}

const tick = () => local.post('/v1/sync', {}, asOperator);
const run = (...args: string[]) =>
  runProgram({ ASTAKE_URL: local.url, ASTAKE_KEY: asOperator.authorization.replace('Bearer ', '') }, args);

async function reconcile(): Promise<void> {
  const { body } = await local.post('/v1/reconciliations', {}, asOperator);
  await eventually(
    async () => (await local.get(`/v1/reconciliations/${body.id}`, asOperator)).body.status !== 'running',
  );
}

/** The account's row is edited, so that a person has to decide. */
async function openConflict(): Promise<void> {
  const { records } = local.stack.store;
  const record = await records.get({ kind: 'account', id: owner });
  if (record?.value == null) throw new Error('the account is not stored');
  const value = { ...record.value, mainPurse: `uref-${'ab'.repeat(32)}-007` };
  await records.save({ ...record, value }, { ...record.block, sequence: record.sequence }, undefined);
  await local.get(`/v1/accounts/${owner}`, noCache);
  await eventually(
    async () => (await local.get('/v1/conflicts?status=awaiting-review', asOperator)).body.items.length > 0,
  );
}

async function refuseWrites(): Promise<void> {
  const { send } = DynamoDBDocumentClient.prototype;
  jest.spyOn(DynamoDBDocumentClient.prototype, 'send').mockImplementation(function (
    this: DynamoDBDocumentClient,
    ...given: unknown[]
  ) {
    const { name } = (given[0] as object).constructor;
    if (/^(Put|Update|Delete|TransactWrite|BatchWrite)/.test(name))
      return Promise.reject(new StoreUnavailable('the database cannot be used: AccessDeniedException'));
    return (send as (...all: unknown[]) => unknown).apply(this, given);
  } as never);
}

async function resetNetwork(): Promise<void> {
  await dynamo.send(
    new UpdateCommand({
      TableName: 'astake-lookup-local-progress',
      Key: { name: 'chain' },
      UpdateExpression: 'SET #cursor.#hash = :other',
      ExpressionAttributeNames: { '#cursor': 'cursor', '#hash': 'hash' },
      ExpressionAttributeValues: { ':other': 'ab'.repeat(32) },
    }),
  );
  local.setHeight(local.node.height() + 1);
  await tick();
}

async function loseEvents(): Promise<void> {
  jest
    .spyOn(EventBridgeClient.prototype, 'send')
    .mockImplementation((() => Promise.reject(new Error('no bus'))) as never);
  await local.get(`/v1/accounts/${others.find((id) => id !== owner)}`, noCache);
  await eventually(() => local.stack.deadLetters().length > 0);
  aheadMs += 11 * minuteMs;
}

async function removeAuditRow(): Promise<void> {
  const ref = { kind: 'account', id: owner };
  const [newest] = await local.stack.store.audit.history(ref, { limit: 1 });
  const Key = { ref: `account#${owner}`, sequence: newest?.sequence };
  await dynamo.send(new DeleteCommand({ TableName: 'astake-lookup-local-audit', Key }));
  await reconcile();
}

interface Outage {
  readonly name: string;
  stage(): Promise<unknown>;
  readonly part: string;
  readonly code: RegExp;
  readonly action: RegExp;
  /** The command that `status` shows, or none. */
  readonly command?: string;
  heal?(): Promise<unknown>;
}

const outages: readonly Outage[] = [
  {
    name: 'the nodes are down',
    stage: async () => strike('down'),
    part: 'nodes',
    code: /connection|timeout|breaker|no_answer/,
    action: /CASPER_RPC_URLS/,
  },
  {
    name: 'one node lies',
    stage: async () => {
      strike('nothing-found', {}, [local.node]);
      await eventually(async () => {
        await local.get(`/v1/accounts/${owner}`, noCache);
        return (await local.get('/v1/health', asOperator)).body.components.nodes.reasons.length > 0;
      });
    },
    part: 'nodes',
    code: /barred/,
    action: /remove it from CASPER_RPC_URLS/,
  },
  {
    name: 'a node throttles',
    stage: async () => {
      strike('throttled', { retryAfterSeconds: 60 }, [local.nodes[1] as never]);
      await local.get('/v1/health', asOperator);
    },
    part: 'nodes',
    code: /paused/,
    action: /callsPerSecond/,
    heal: async () => {
      aheadMs += 2 * minuteMs;
    },
  },
  {
    name: 'the store takes no writes',
    stage: refuseWrites,
    part: 'writes',
    code: /writes_fail/,
    action: /permissions/,
  },
  {
    name: 'a conflict waits',
    stage: openConflict,
    part: 'conflicts',
    code: /awaiting_review/,
    action: /POST \/v1\/conflicts\/\{id\}\/decision/,
    command: 'astake-lookup conflicts --status awaiting-review',
    heal: async () => {
      const [{ id }] = JSON.parse((await run('conflicts', '--json')).out);
      const decided = await run('decide', id.slice(0, 10), 'chain', '--note', 'three nodes agree');
      expect(decided).toMatchObject({ status: 0, out: expect.stringContaining('three nodes agree') });
      expect(await run('undo', id.slice(0, 10))).toMatchObject({ status: 0 });
      expect(await run('decide', id, 'chain', '--json')).toMatchObject({ status: 0 });
    },
  },
  {
    name: 'sync is stalled',
    stage: async () => {
      strike('server-error', { methods: ['chain_get_block'] });
      local.setHeight(local.node.height() + 1);
      await tick();
      aheadMs += 3 * minuteMs;
      await tick();
    },
    part: 'sync',
    code: /sync_stalled/,
    action: /component `nodes`; GET \/v1\/sync/,
    command: 'astake-lookup sync status',
    heal: async () => {
      strike(undefined);
      aheadMs += 5 * minuteMs;
      await eventually(async () => (await tick()).body.tick.stoppedBy === 'done');
    },
  },
  {
    name: 'the network was reset',
    stage: resetNetwork,
    part: 'sync',
    code: /tick_reset|sync_stalled/,
    action: /POST \/v1\/sync\/rewind/,
    command: 'astake-lookup rewind',
    heal: async () => {
      const rewound = await run('rewind', '--yes', '--note', 'the network was reset');
      expect([rewound.status, rewound.err, rewound.out]).toEqual([
        0,
        '',
        expect.stringMatching(/^cursor +block \d+ of/),
      ]);
      await eventually(async () => (await tick()).body.tick.stoppedBy === 'done');
    },
  },
  {
    name: 'events are in the dead-letter queue',
    stage: loseEvents,
    part: 'events',
    code: /events_unpublished|feed_stands_still/,
    action: /dead-letter queue/,
  },
  {
    name: 'a row of the audit trail was removed',
    stage: removeAuditRow,
    part: 'audit',
    code: /trail_broken/,
    action: /npm run audit:verify/,
    command: 'astake-lookup audit verify',
    heal: async () => expect((await run('audit', 'verify', '--from', '2026-10-20')).status).toBe(1),
  },
  {
    name: 'coverage falls',
    stage: async () => {
      aheadMs += 25 * hourMs;
      strike('server-error', { methods: stateMethods });
      await reconcile();
    },
    part: 'reconciliation',
    code: /coverage_falls/,
    action: /ASTAKE_RECONCILE_CALLS/,
    command: 'astake-lookup reconcile report',
  },
];

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

test.each(outages)(
  '$name: status names the cause and what to do',
  async ({ stage, part, code, action, command, heal }) => {
    await stage();
    const { status, out, err } = await run('status', '--timeout', '60');
    expect([status, err]).toEqual([1, '']);
    const reason = new RegExp(
      `^(DOWN|DEGRADED)  ${part}: (${code.source})(, since \\S+)?\n  \\S.+\n  Do: .*${action.source}.*${command === undefined ? '' : `\n  ${literal(command)}`}$`,
      'm',
    );
    expect(out).toMatch(reason);
    await heal?.();
  },
);
