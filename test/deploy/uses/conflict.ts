import assert from 'node:assert/strict';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { recordedExamples } from '../../../infra/local/dev-chain/recorded-examples.ts';
import { namePrefix } from '../../../lib/runtime/names.ts';
import { tableName } from '../../../lib/store/tables.ts';
import { eventually } from '../../faults/child.ts';
import type { Use } from './use.ts';

const { owner } = recordedExamples['chain-a'];

/** The state machine's run finds an edited row; the stream of conflicts hands it to the resolver, and the chain wins. */
export const conflict: Use = {
  name: 'a reconciliation finds an edited row; the stream has it resolved',
  async run({ service, environment, operator }) {
    assert.equal((await service.ask(`/v1/accounts/${owner}`)).status, 200);
    const TableName = tableName(namePrefix(environment), 'records');
    const record = (await service.items('records')).find(({ ref }) => ref === `account#${owner}`);
    assert.ok(record, 'the account was not saved');
    const value = String(record.value).replace(/"balance":"\d+"/, '"balance":"1"');
    assert.notEqual(value, record.value);
    await service.dynamo.send(
      new UpdateCommand({
        TableName,
        Key: { ref: record.ref },
        UpdateExpression: 'SET #value = :value',
        ExpressionAttributeNames: { '#value': 'value' },
        ExpressionAttributeValues: { ':value': value },
      }),
    );
    const started = await service.ask('/v1/reconciliations', { method: 'POST', headers: operator, body: {} });
    assert.equal(started.status, 202, JSON.stringify(started.body));
    const run = `/v1/reconciliations/${started.body.id}`;
    await eventually(async () => (await service.ask(run, { headers: operator })).body.status !== 'running');
    const report = await service.ask(run, { headers: operator });
    assert.equal(report.body.status, 'finished', JSON.stringify(report.body));
    await eventually(async () => (await service.items('conflicts')).some(({ status }) => status === 'resolved'));
    const { body } = await service.ask('/v1/conflicts?status=resolved', { headers: operator });
    assert.deepEqual(
      body.items.map((item: { ref: { id: string } }) => item.ref.id),
      [owner],
    );
  },
};
