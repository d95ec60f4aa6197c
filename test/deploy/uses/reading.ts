import assert from 'node:assert/strict';
import type { Use } from './use.ts';

const villa = '/v1/assets/villas/0';

export const reading: Use = {
  name: 'from the chain, the cache and the database',
  alone: true,
  async run({ service, chain }) {
    const sourceOf = async (headers: Record<string, string> = {}) => {
      const { status, body } = await service.ask(villa, { headers });
      assert.equal(status, 200, JSON.stringify(body));
      return [body.meta.source, body.meta.stale];
    };
    assert.deepEqual(await sourceOf(), ['chain', false]);
    chain.fault('down');
    try {
      assert.deepEqual(await sourceOf(), ['cache', false]);
      assert.deepEqual(await sourceOf({ 'cache-control': 'no-cache' }), ['database', true]);
    } finally {
      chain.fault(undefined);
    }
  },
};
