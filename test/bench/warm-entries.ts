import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { namePrefix } from '../../lib/runtime/names.ts';
import type { Dynamo } from '../../lib/store/dynamodb/client.ts';
import { createStore } from '../../lib/store/store.ts';
import { tableName } from '../../lib/store/tables.ts';
import type { Local } from '../support/local.ts';

export const environment = 'dev';
const prefix = namePrefix(environment);

/** Of the built functions that read. */
export const readerEnvironment = (endpoint: string, local: Local): Readonly<Record<string, string>> => ({
  AWS_ENDPOINT_URL_DYNAMODB: endpoint,
  ASTAKE_ENVIRONMENT: environment,
  CASPER_RPC_URLS: local.node.url,
  CASPER_CHAIN_NAME: local.node.chainName,
  ASTAKE_MAX_TIP_AGE_SECONDS: '0',
  ASTAKE_PROVE_PERCENT: '0',
  CACHE_TABLE: tableName(prefix, 'cache'),
});

export async function copyEntry(from: string, to: readonly string[], dynamo: Dynamo): Promise<void> {
  const TableName = tableName(prefix, 'cache');
  const { Item } = await dynamo.send(new GetCommand({ TableName, Key: { ref: from } }));
  if (Item === undefined) throw new Error(`${from} was not cached`);
  for (let at = 0; at < to.length; at += 50) {
    await Promise.all(
      to.slice(at, at + 50).map((ref) => dynamo.send(new PutCommand({ TableName, Item: { ...Item, ref } }))),
    );
  }
}

/** Renews the head like sync does every half minute. */
export async function seeTip(dynamo: Dynamo): Promise<void> {
  const { progress } = createStore(dynamo, prefix);
  const { head, network } = await progress.read();
  if (head === null || network === null) throw new Error('the store has no head');
  await progress.seeHead({ ...head, seenAt: new Date().toISOString() }, network);
}
