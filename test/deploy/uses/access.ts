import assert from 'node:assert/strict';
import type { Use } from './use.ts';

/** No key, a key with too small a role, and a revoked one are refused by what was deployed, authorizer included. */
export const access: Use = {
  name: 'keys are made, limited to their role, and revoked; nothing for operators is open',
  async run({ service, operator }) {
    const statusOf = async (path: string, headers = {}) => (await service.ask(path, { headers })).status;
    assert.equal(await statusOf('/v1/sync'), 401);
    assert.equal(await statusOf('/v1/sync', { authorization: 'Bearer nonsense' }), 401);
    assert.equal(await statusOf('/v1/sync', operator), 200);
    const made = await service.ask('/v1/keys', {
      method: 'POST',
      headers: operator,
      body: { name: 'reads', roles: ['reader'] },
    });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    const reader = { authorization: `Bearer ${made.body.key}` };
    assert.equal(await statusOf('/v1/sync', reader), 403);
    const path = `/v1/keys/${made.body.id}`;
    assert.equal((await service.ask(path, { method: 'DELETE', headers: operator })).status, 200);
    assert.equal((await service.ask(path, { headers: operator })).body.status, 'revoked');
  },
};
