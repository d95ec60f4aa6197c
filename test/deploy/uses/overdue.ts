import assert from 'node:assert/strict';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { functionName, namePrefix } from '../../../lib/runtime/names.ts';
import { shardKeyOf } from '../../../lib/store/index-shards.ts';
import { tableName } from '../../../lib/store/tables.ts';
import { begunRun } from './begun-run.ts';
import type { Deployment, Use } from './use.ts';

const shards = 16;

/** The stream delivers only what is new in the outbox, so what is flagged again later is as an event that it has lost. */
export const overdue: Use = {
  name: 'events that the stream has lost are published each minute, and by each run of reconciliation',
  rare: true,
  async run(deployment) {
    const { service, environment, operator } = deployment;
    const invoke = (name: string, event: unknown) => service.invoke(functionName(environment, name), event);
    const isDone = async () => (await service.items('outbox')).every((item) => !('pending' in item));
    assert.equal((await service.ask('/v1/assets/villas/0')).status, 200);
    await deployment.eventually(isDone);

    await flagAgain(deployment);
    assert.equal((await service.ask('/v1/health', { headers: operator })).status, 200);
    for (let shard = 0; shard < shards; shard += 1) await invoke('publish-overdue', {});
    assert.ok(await isDone(), 'they are not published each minute');

    await flagAgain(deployment);
    const run = await begunRun(deployment);
    await invoke('resolve-overdue', { run });
    assert.ok(await isDone(), 'the run has not published them');
    for (let shard = 0; shard < shards; shard += 1) await invoke('sweep-shard', { run, shard });
    await invoke('finish-reconciliation', { run });
  },
};

async function flagAgain({ service, environment }: Deployment): Promise<void> {
  const items = await service.items('outbox');
  assert.ok(items.length > 0, 'the outbox is empty');
  for (const { id } of items)
    await service.dynamo.send(
      new UpdateCommand({
        TableName: tableName(namePrefix(environment), 'outbox'),
        Key: { id },
        UpdateExpression: 'SET #pending = :pending, #at = :at REMOVE #cursor',
        ExpressionAttributeNames: { '#pending': 'pending', '#at': 'at', '#cursor': 'cursor' },
        ExpressionAttributeValues: {
          ':pending': shardKeyOf('yes', String(id)),
          ':at': new Date(Date.now() - 3_600_000).toISOString(),
        },
      }),
    );
}
