import assert from 'node:assert/strict';
import { begunRun } from './begun-run.ts';
import type { Use } from './use.ts';

/** CloudWatch has no figures here: the server does not turn log lines into metrics. The function may ask for them. */
export const metrics: Use = {
  name: 'metrics, health and statistics are read',
  async run(deployment) {
    const { service, operator } = deployment;
    const ask = async (path: string) => {
      const { status, body } = await service.ask(path, { headers: operator });
      assert.equal(status, 200, `${path}: ${JSON.stringify(body)}`);
      return body;
    };
    await ask('/v1/metrics?minutes=60');
    await begunRun(deployment);
    await ask('/v1/reconciliations');
    const health = await ask('/v1/health');
    assert.equal(health.components.reads.status, 'healthy', JSON.stringify(health.components));
    await ask('/v1/stats');
  },
};
