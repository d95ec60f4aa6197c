import { expect, test } from '@jest/globals';
import { defaultReadOptions } from '../../../lib/domain/freshness.ts';
import { inVirtualTime } from '../../support/in-virtual-time.ts';
import { ask } from '../following/follow.ts';
import { staking } from '../following/gaps/position.ts';
import { createWorld } from '../following/world.ts';

/** A reading of staking may take five times as long. */
const deadlineMs = 8_000;

test('a read whose write of the head hangs answers within its deadline (rule CLAIM-7)', async () => {
  const world = await createWorld({
    recording: 'chain-d',
    height: 89,
    env: { ASTAKE_DEADLINE_MS: String(deadlineMs), ASTAKE_ATTEMPT_MS: '4000' },
  });
  await ask(staking, world.process());
  let hangs = 0;
  const reader = world.process({
    onCall(name) {
      if (name !== 'progress.seeHead') return;
      hangs += 1;
      return new Promise<void>(() => undefined);
    },
  });
  await inVirtualTime(async () => {
    const began = Date.now();
    const answer = await ask(staking, reader, { ...defaultReadOptions, noCache: true });
    expect([answer.source, hangs]).toEqual(['chain', 1]);
    expect(Date.now() - began).toBeLessThanOrEqual(5 * deadlineMs);
  });
});
