import assert from 'node:assert/strict';
import { RestoreTableToPointInTimeCommand, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand, type DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import type { Environment } from '../../infra/environments.ts';
import type { DevChain } from '../../infra/local/dev-chain/dev-chain.ts';
import { namePrefix } from '../../lib/runtime/names.ts';
import { type Table, tableName, tableNames, tables } from '../../lib/store/tables.ts';
import { devKeys, type Signer, signedTransfer } from '../infra/local/dev-chain/signed.ts';
import type { Assembly } from './cdk.ts';
import { type DeployedService, serviceOf } from './deployed-service.ts';
import { finished } from './finished.ts';
import { patiently } from './patiently.ts';
import type { Server } from './server.ts';
import { setRow } from './uses/rows.ts';

const [sender, receiver] = devKeys as [Signer, Signer];
const account = `/v1/accounts/${receiver.publicKey.toHex()}`;

/** What nothing makes again. All other tables begin empty. */
const restored = tableNames.filter((name) => !(tables[name] as Table).isDerived);

/** ASTAKE_TABLES of the next generation. */
export const nextTables = (environment: Environment): string => `${namePrefix(environment)}-restored`;

export interface Restoring {
  readonly server: Server;
  /** Of the environment, with tables of the next generation. */
  readonly assembly: Assembly;
  readonly environment: Environment;
  readonly chain: DevChain;
  readonly service: DeployedService;
  readonly operator: Readonly<Record<string, string>>;
}

/**
 * The drill of docs/operations.md: tables of a new generation get what was recorded at an earlier second, the others begin empty,
 * and the service goes on with them. Nothing that it claims is false, though the chain has moved on in the meantime.
 */
export async function restoreDrill(given: Restoring): Promise<void> {
  const { server, assembly, environment, chain, service, operator } = given;
  const own = namePrefix(environment);
  const before = await balanceOf(service);
  // The second T.
  await Promise.all(
    restored.map((table) => restore(service.dynamo, tableName(own, table), tableName(`${own}-at-t`, table))),
  );
  // After it: a write of the chain that was followed, and rows that a program has damaged.
  const sent = await service.ask('/v1/transactions', {
    method: 'POST',
    headers: operator,
    body: signedTransfer({ from: sender, to: receiver.publicKey.toHex(), chainName: chain.chainName }),
  });
  assert.equal(sent.status, 202, JSON.stringify(sent.body));
  chain.setHeight(chain.height() + 1);
  const ended = await service.ask(`${sent.headers.location}?wait=20`);
  assert.equal(ended.body.data?.status, 'processed', JSON.stringify(ended.body));
  const { height } = ended.body.data.executedAt;
  await damage(given);

  const later = nextTables(environment);
  // The tables first: nothing is at work on them before they have what is restored.
  await assembly.deploy(`${later}-tables`);
  await Promise.all(
    restored.map((table) => copy(service.dynamo, tableName(`${own}-at-t`, table), tableName(later, table))),
  );
  const { outputs } = await assembly.deploy();
  const next = serviceOf(server, outputs, environment);
  try {
    await patiently(async () => (await next.ask('/v1/ready')).status === 200);
    const after = await balanceOf(next, height);
    assert.notEqual(after, before);
    chain.fault('down');
    try {
      // From the tables alone: what is shown is what the chain had at the block that it is shown for.
      const shown = await next.ask(account, { headers: { 'cache-control': 'no-cache' } });
      assert.equal(shown.status, 200, JSON.stringify(shown.body));
      assert.equal(shown.body.data.balance.motes, shown.body.meta.block.height >= height ? after : before);
    } finally {
      chain.fault(undefined);
    }
    const started = await next.ask('/v1/reconciliations', { method: 'POST', headers: operator, body: {} });
    assert.equal(started.status, 202, JSON.stringify(started.body));
    await finished(next, `/v1/reconciliations/${started.body.id}`, operator);
    const { body } = await next.ask('/v1/conflicts?status=open', { headers: operator });
    assert.deepEqual(body.items, []);
  } finally {
    next.close();
  }
}

/** The balance of the receiver, of no earlier block than that. */
async function balanceOf(service: DeployedService, minHeight = 0): Promise<string> {
  const { status, body } = await service.ask(`${account}?minHeight=${minHeight}`);
  assert.equal(status, 200, JSON.stringify(body));
  return body.data.balance.motes;
}

async function restore(dynamo: DynamoDBDocumentClient, from: string, to: string): Promise<void> {
  await dynamo.send(
    new RestoreTableToPointInTimeCommand({ SourceTableName: from, TargetTableName: to, UseLatestRestorableTime: true }),
  );
  await waitUntilTableExists({ client: dynamo, maxWaitTime: 60 }, { TableName: to });
}

/** As a program that went wrong leaves it: all accounts have one mote. */
async function damage(place: Pick<Restoring, 'service' | 'environment'>): Promise<void> {
  const accounts = (await place.service.items('records')).filter(({ ref }) => String(ref).startsWith('account#'));
  assert.ok(accounts.length > 0, 'no record of an account');
  for (const account of accounts) {
    const value = String(account.value).replace(/"balance":"\d+"/, '"balance":"1"');
    assert.notEqual(value, account.value, `nothing of ${account.ref} was damaged`);
    await setRow(place, 'records', account, { value });
  }
}

async function copy(dynamo: DynamoDBDocumentClient, from: string, to: string): Promise<void> {
  for await (const { Items = [] } of paginateScan({ client: dynamo }, { TableName: from }))
    for (let at = 0; at < Items.length; at += 25) {
      const requests = Items.slice(at, at + 25).map((Item) => ({ PutRequest: { Item } }));
      await dynamo.send(new BatchWriteCommand({ RequestItems: { [to]: requests } }));
    }
}
