import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { DeleteCommand, DynamoDBDocumentClient, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { expect, jest } from '@jest/globals';
import type { Fault, FaultOptions } from '../../infra/local/dev-chain/fault.ts';
import { recordedExamples } from '../../infra/local/dev-chain/recorded-examples.ts';
import { StoreUnavailable } from '../../lib/domain/errors.ts';
import { createDynamo } from '../../lib/store/dynamodb/client.ts';
import { eventually } from '../faults/child.ts';
import { asOperator, type Local, startLocal } from './local.ts';
import { recordedTruth } from './recorded-truth.ts';

/** How an operator is to learn of an outage, wherever he looks. */
export interface Outage {
  /** The component of the service. */
  readonly part: string;
  readonly code: RegExp;
  readonly cause: RegExp;
  readonly remedy: RegExp;
  /** The view of the console where one acts; undefined: one acts outside. */
  readonly view?: string;
  /** The command that `status` shows, or none. */
  readonly command?: string;
  stage(): Promise<unknown>;
  /** After it the part is named no more. */
  heal(): Promise<unknown>;
}

export interface StagedOutages {
  readonly local: Local;
  outage(name: string): Outage;
  /** Moves the clock of the service on. */
  pass(milliseconds: number): void;
  /** A whole run of reconciliation, which nothing else is running meanwhile. */
  reconcile(): Promise<void>;
  close(): Promise<void>;
}

/** In the order in which they are staged. */
export const outageNames = [
  'the nodes are down',
  'one node lies',
  'a node throttles',
  'the store takes no writes',
  'a conflict waits',
  'sync is stalled',
  'the network was reset',
  'events are in the dead-letter queue',
  'a row of the audit trail was removed',
  'coverage falls',
] as const;

const { owner } = recordedExamples['chain-a'];
const others = recordedTruth('chain-a').accounts.map(({ id }) => id);
const stateMethods = ['query_global_state', 'query_balance', 'query_balance_details', 'state_get_item'];
/** What is slow on this machine is no fault. */
const storeMs = 10_000;
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const noCache = { 'cache-control': 'no-cache' };
const isWrite = /^(Put|Update|Delete|TransactWrite|BatchWrite)/;

/** The whole service on three nodes, and everything that an operator may meet. One after another, in this order. */
export async function stageOutages(): Promise<StagedOutages> {
  /** How far the clock of the service is ahead, so that what takes minutes or hours takes none. */
  let aheadMs = 0;
  const wall = Date.now;
  jest.spyOn(Date, 'now').mockImplementation(() => wall() + aheadMs);
  const local = await startLocal({ nodes: 3, height: 56, env: { ASTAKE_STORE_MS: String(storeMs) } });
  const dynamo = createDynamo({ endpoint: local.stack.engine.endpoint, requestTimeoutMs: storeMs });

  const tick = () => local.post('/v1/sync', {}, asOperator);
  const follow = () => eventually(async () => (await tick()).body.tick.stoppedBy === 'done');
  const done = async (path: string, body: unknown): Promise<void> => {
    const { status, body: answer } = await local.post(path, body, asOperator);
    expect([status, answer]).toEqual([200, expect.anything()]);
  };
  const strike = (fault: Fault | undefined, options: FaultOptions = {}, nodes = local.nodes): void => {
    for (const node of nodes) node.fault(fault, options);
  };
  const reasonsOf = async (part: string): Promise<readonly unknown[]> =>
    (await local.get('/v1/health', asOperator)).body.components[part].reasons;
  const waiting = async () => (await local.get('/v1/conflicts?status=awaiting-review', asOperator)).body.items;

  async function reconcile(): Promise<void> {
    const { status, body } = await local.post('/v1/reconciliations', {}, asOperator);
    // A run of its own: one that was begun before has read what it read.
    expect([status, body]).toEqual([202, expect.anything()]);
    await eventually(
      async () => (await local.get(`/v1/reconciliations/${body.id}`, asOperator)).body.status !== 'running',
    );
  }

  /** The nodes answer again, and what was noted of them is over. */
  async function healNodes(): Promise<void> {
    strike(undefined);
    aheadMs += 5 * minuteMs;
    await eventually(async () => {
      await local.get(`/v1/accounts/${owner}`, noCache);
      return (await reasonsOf('nodes')).length === 0;
    });
  }

  /** The account's row is edited, so that a person has to decide. */
  async function openConflict(): Promise<void> {
    const { records } = local.stack.store;
    const record = await records.get({ kind: 'account', id: owner });
    if (record?.value == null) throw new Error('the account is not stored');
    const value = { ...record.value, mainPurse: `uref-${'ab'.repeat(32)}-007` };
    await records.save({ ...record, value }, { ...record.block, sequence: record.sequence }, undefined);
    await local.get(`/v1/accounts/${owner}`, noCache);
    await eventually(async () => (await waiting()).length > 0);
  }

  async function decideConflict(): Promise<void> {
    for (const { id } of await waiting())
      await done(`/v1/conflicts/${id}/decision`, { decision: 'chain', reviewer: 'mara' });
  }

  async function refuseWrites(): Promise<void> {
    const { send } = DynamoDBDocumentClient.prototype;
    jest.spyOn(DynamoDBDocumentClient.prototype, 'send').mockImplementation(function (
      this: DynamoDBDocumentClient,
      ...given: unknown[]
    ) {
      if (isWrite.test((given[0] as object).constructor.name))
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

  async function rewind(): Promise<void> {
    const common = /to block (\d+), the highest/.exec(JSON.stringify(await reasonsOf('sync')))?.[1];
    if (common !== undefined) await done('/v1/sync/rewind', { height: Number(common), reviewer: 'mara' });
    await follow();
    // What was read on the fork that is gone is compared again.
    await reconcile();
  }

  async function loseEvents(): Promise<void> {
    jest
      .spyOn(EventBridgeClient.prototype, 'send')
      .mockImplementation((() => Promise.reject(new Error('no bus'))) as never);
    await local.get(`/v1/accounts/${others.find((id) => id !== owner)}`, noCache);
    await eventually(() => local.stack.deadLetters().length > 0);
    aheadMs += 11 * minuteMs;
  }

  const auditTable = { TableName: 'astake-lookup-local-audit' };
  let removed: Readonly<Record<string, unknown>> | undefined;

  async function removeAuditRow(): Promise<void> {
    const row = { ...auditTable, Key: { ref: `account#${owner}`, sequence: 1 } };
    removed = (await dynamo.send(new GetCommand(row))).Item;
    await dynamo.send(new DeleteCommand(row));
    await reconcile();
  }

  async function putAuditRowBack(): Promise<void> {
    await dynamo.send(new PutCommand({ ...auditTable, Item: removed }));
    await reconcile();
  }

  // Sync stands at several blocks, as it does after some minutes.
  for (const height of [56, 58, 60]) {
    local.setHeight(height);
    await tick();
  }
  for (const path of [`/v1/accounts/${owner}`, '/v1/assets/villas/0']) expect((await local.get(path)).status).toBe(200);
  await reconcile();

  const outages: Readonly<Record<(typeof outageNames)[number], Outage>> = {
    'the nodes are down': {
      part: 'nodes',
      code: /connection|timeout|breaker|no_answer/,
      cause: /ECONN\w+ to info_get_status/,
      remedy: /CASPER_RPC_URLS/,
      view: 'nodes',
      stage: async () => strike('down'),
      heal: healNodes,
    },
    'one node lies': {
      part: 'nodes',
      code: /barred/,
      cause: /answers "not found" for state that exists/,
      remedy: /remove it from CASPER_RPC_URLS/,
      view: 'nodes',
      stage: async () => {
        strike('nothing-found', {}, [local.node]);
        await eventually(async () => {
          await local.get(`/v1/accounts/${owner}`, noCache);
          return (await reasonsOf('nodes')).length > 0;
        });
      },
      heal: healNodes,
    },
    'a node throttles': {
      part: 'nodes',
      code: /paused/,
      cause: /pause/,
      remedy: /callsPerSecond/,
      view: 'nodes',
      stage: async () => {
        strike('throttled', { retryAfterSeconds: 60 }, [local.nodes[1] as never]);
        await local.get('/v1/health', asOperator);
      },
      heal: healNodes,
    },
    'the store takes no writes': {
      part: 'writes',
      code: /writes_fail/,
      cause: /Writes to the table progress fail/,
      remedy: /permissions/,
      stage: refuseWrites,
      heal: async () => jest.mocked(DynamoDBDocumentClient.prototype.send).mockRestore(),
    },
    'a conflict waits': {
      part: 'conflicts',
      code: /awaiting_review/,
      cause: /1 conflict awaits the decision of a person/,
      remedy: /POST \/v1\/conflicts\/\{id\}\/decision/,
      view: 'conflicts',
      command: 'astake-lookup conflicts --status awaiting-review',
      stage: openConflict,
      heal: decideConflict,
    },
    'sync is stalled': {
      part: 'sync',
      code: /sync_stalled/,
      cause: /Sync does not advance/,
      remedy: /component `?nodes`?; GET \/v1\/sync/,
      view: 'sync',
      command: 'astake-lookup sync status',
      stage: async () => {
        strike('server-error', { methods: ['chain_get_block'] });
        local.setHeight(local.node.height() + 1);
        await tick();
        aheadMs += 3 * minuteMs;
        await tick();
      },
      heal: async () => {
        strike(undefined);
        aheadMs += 5 * minuteMs;
        await follow();
      },
    },
    'the network was reset': {
      part: 'sync',
      code: /tick_reset|sync_stalled/,
      cause: /reset|hash|chain/,
      remedy: /POST \/v1\/sync\/rewind/,
      view: 'sync',
      command: 'astake-lookup rewind',
      stage: resetNetwork,
      heal: rewind,
    },
    'events are in the dead-letter queue': {
      part: 'events',
      code: /events_unpublished|feed_stands_still/,
      cause: /the events that have waited for more than ten minutes/,
      remedy: /dead-letter queue/,
      view: 'webhooks',
      command: 'astake-lookup reconcile start',
      stage: loseEvents,
      heal: async () => {
        jest.mocked(EventBridgeClient.prototype.send).mockRestore();
        await reconcile();
      },
    },
    'a row of the audit trail was removed': {
      part: 'audit',
      code: /trail_broken/,
      cause: /An audit trail is broken. Entry 1 of account/,
      remedy: /npm run audit:verify/,
      view: 'audit',
      command: 'astake-lookup audit verify',
      stage: removeAuditRow,
      heal: putAuditRowBack,
    },
    'coverage falls': {
      part: 'reconciliation',
      code: /coverage_falls/,
      cause: /of the records compared within a day; it was/,
      remedy: /ASTAKE_RECONCILE_CALLS/,
      view: 'reconciliation',
      command: 'astake-lookup reconcile report',
      stage: async () => {
        aheadMs += 25 * hourMs;
        strike('server-error', { methods: stateMethods });
        await reconcile();
        // What is left of it is the report of a run.
        await healNodes();
      },
      heal: async () => {
        await healNodes();
        await reconcile();
      },
    },
  };
  return {
    local,
    pass: (milliseconds) => {
      aheadMs += milliseconds;
    },
    outage: (name) => outages[name as keyof typeof outages],
    reconcile,
    async close() {
      jest.restoreAllMocks();
      dynamo.destroy();
      await local.close();
    },
  };
}
