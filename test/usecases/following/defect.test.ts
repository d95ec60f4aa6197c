import { expect, test } from '@jest/globals';
import { runTick } from '../../../lib/usecases/following/tick.ts';
import { createWorld } from './world.ts';

test('an error that the code does not know ends a tick as a defect, is logged and counted', async () => {
  const world = await createWorld({ height: 20 });
  await runTick(world.process());
  world.setHeight(21);
  const runner = world.process({
    onCall(call) {
      if (call === 'progress.moveCursor') throw new TypeError('a defect');
    },
  });
  expect(await runTick(runner)).toMatchObject({ stoppedBy: 'defect', reason: 'a defect' });
  expect(world.counted.get('Defect')).toBe(1);
  await runTick(world.process());
  expect(world.counted.get('Defect')).toBe(1);
});
