import assert from 'node:assert/strict';
import type { Use } from './use.ts';

/** No request has asked for it: EventBridge starts the Express machine each minute, which invokes `sync`. */
export const schedule: Use = {
  name: 'the schedule syncs',
  async run({ service, operator, eventually }) {
    await eventually(async () => (await service.ask('/v1/ready')).status === 200);
    const { body } = await service.ask('/v1/sync', { headers: operator });
    assert.notEqual(body.cursor, null);
    assert.equal(body.stalled, null);
  },
};
