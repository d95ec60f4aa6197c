import assert from 'node:assert/strict';
import type { Use } from './use.ts';

const villa = '/v1/assets/villas/0';

export const localData: Use = {
  name: 'an application keeps data of its own, and gets it with every answer',
  async run({ service, operator }) {
    const made = await service.ask('/v1/keys', {
      method: 'POST',
      headers: operator,
      body: { name: 'an application', roles: ['reader', 'writer'], application: 'check' },
    });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    const headers = { authorization: `Bearer ${made.body.key}` };
    const ask = async (path: string, method = 'GET', body?: unknown) => {
      const answer = await service.ask(path, { method, headers, body });
      assert.ok(answer.status < 400, `${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
      return answer.body;
    };
    await ask(`${villa}/local`, 'PUT', { seen: true });
    assert.deepEqual((await ask(`${villa}/local`)).data, { seen: true });
    await ask(`${villa}/local/history`);
    const { data } = await ask(villa);
    assert.deepEqual(data.local, { seen: true });
    await ask('/v1/collections');
    await ask('/v1/lookup', 'POST', { refs: [{ kind: 'asset', id: 'villas:0' }] });
    const owner = `account-hash-${String(data.owner).replace(/^account-hash-/, '')}`;
    await ask(`/v1/assets?owner=${owner}`);
    await ask(`/v1/accounts/${owner}/refresh`, 'POST');
    // What no node shows may have been submitted here.
    const unknown = 'ab'.repeat(32);
    assert.equal((await service.ask(`/v1/transactions/${unknown}`, { headers })).status, 404);
    await ask('/v1/lookup', 'POST', { refs: [{ kind: 'transaction', id: unknown }] });
    const [from, until] = [-1, 1].map((hours) => new Date(Date.now() + hours * 3_600_000).toISOString());
    const report = await service.ask(`/v1/audit?from=${from}&until=${until}`, { headers: operator });
    assert.equal(report.status, 200, JSON.stringify(report.body));
  },
};
