import { expect, test } from '@jest/globals';
import { startInstance } from '../support/instances.ts';
import { startService } from '../support/service.ts';

test.each([
  ['production', 'max-age=31536000'],
  ['local', null],
] as const)(
  'in the environment %s every answer says that browsers use https alone: %s',
  async (environment, expected) => {
    const world = await startService();
    const { config } = world.service;
    const instance = await startInstance({ ...world.service, config: { ...config, environment } });
    try {
      for (const path of [
        '/v1/assets/villas/0',
        '/v1/assets/villas/4711',
        '/v1/accounts/alice',
        '/v1/health',
        '/v1/nothing',
      ])
        expect([path, (await instance.get(path)).headers.get('strict-transport-security')]).toEqual([path, expected]);
    } finally {
      await instance.close();
      await world.close();
    }
  },
);
