import { expect, test } from '@jest/globals';
import { startInstance } from '../support/instances.ts';
import { startService } from '../support/service.ts';

test('rule LIMIT-13: each caller behind CloudFront has a limit of its own, and none who only says so', async () => {
  const key = 'k'.repeat(40);
  const world = await startService({ env: { ASTAKE_LIMIT_ANONYMOUS: '20', ASTAKE_EDGE_KEY: key } });
  world.stopClock();
  const instance = await startInstance(world.service);
  const isLimited = async (headers: Record<string, string>): Promise<boolean> => {
    for (let at = 0; at < 25; at += 1) if ((await instance.get('/v1/nothing', headers)).status === 429) return true;
    return false;
  };
  try {
    const behind = (viewer: string) => ({ 'x-astake-edge': key, 'x-astake-viewer': viewer });
    expect(await isLimited(behind('192.0.2.1'))).toBe(true);
    expect((await instance.get('/v1/nothing', behind('192.0.2.2'))).status).toBe(404);
    expect(await isLimited({})).toBe(true);
    const claimed = { 'x-astake-edge': 'x'.repeat(40), 'x-astake-viewer': '192.0.2.3' };
    expect((await instance.get('/v1/nothing', claimed)).status).toBe(429);
  } finally {
    await instance.close();
    await world.close();
  }
});
