import assert from 'node:assert/strict';
import { functionName } from '../../../lib/runtime/names.ts';
import { editRecord } from './edited.ts';
import type { Use } from './use.ts';

const villa = '/v1/assets/villas/0';

export const byHand: Use = {
  name: 'a conflict that awaits a person is decided, the decision is taken back, and all that is left is resolved',
  narrow: ['publish-overdue'],
  async run(deployment) {
    const { service, environment, operator, eventually } = deployment;
    const ask = async (method: string, path: string, body?: unknown) => {
      const answer = await service.ask(path, { method, headers: { ...operator, 'cache-control': 'no-cache' }, body });
      assert.ok(answer.status < 400, `${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
      return answer.body;
    };
    const { data } = await ask('GET', villa);
    await editRecord(
      deployment,
      (ref) => ref === `asset#${data.id}`,
      (value) => JSON.stringify({ ...JSON.parse(value), standard: 'cep47' }),
    );
    const { conflict: id } = (await ask('GET', villa)).meta;
    const conflict = `/v1/conflicts/${id}`;
    await eventually(async () => (await ask('GET', conflict)).status === 'awaiting-review');
    // The schedule does so each minute: how many wait is measured.
    await service.invoke(functionName(environment, 'publish-overdue'), {});
    await ask('POST', '/v1/conflicts/resolve', {});
    await ask('POST', `${conflict}/decision`, { decision: 'chain', reviewer: 'ada' });
    assert.equal((await ask('GET', conflict)).status, 'resolved');
    await ask('POST', `${conflict}/undo`, { reviewer: 'ada', note: 'too early' });
    await ask('POST', '/v1/invalidations', { kind: 'asset', collection: 'villas' });
    // Nothing is rewound before a block was followed.
    await service.ask('/v1/sync', { method: 'POST', headers: operator, body: {} });
    await eventually(async () => (await ask('GET', '/v1/sync')).cursor !== null);
    await ask('POST', '/v1/sync/rewind', { height: 55, reviewer: 'ada', note: 'a drill' });
  },
};
