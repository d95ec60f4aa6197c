import assert from 'node:assert/strict';
import type { Use } from './use.ts';

/** The outbox's stream invokes `publish-events`, which puts them on the bus and into the log of changes. */
export const events: Use = {
  name: 'the stream publishes what was saved',
  async run({ service, operator, eventually }) {
    assert.equal((await service.ask('/v1/assets/villas/0')).status, 200);
    await eventually(async () => {
      const waiting = (await service.items('outbox')).filter((item) => 'pending' in item);
      const { body } = await service.ask('/v1/changes?after=start', { headers: operator });
      return waiting.length === 0 && body.items.length > 0;
    });
  },
};
