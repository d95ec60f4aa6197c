import { getEventListeners } from 'node:events';
import { expect, test } from '@jest/globals';
import { noProgress } from '../../../lib/domain/progress.ts';
import { startService } from '../../support/service.ts';

test('hundreds of calls under one signal leave no listener on it', async () => {
  const { service, node, close } = await startService({ height: 60 });
  const { signal } = new AbortController();
  try {
    const tip = await service.chain.tip({ atLeast: 0, knownHead: undefined, nodes: noProgress.nodes, signal });
    for (let height = 1; height <= 60; height += 1) await service.chain.executed(height, { tip, signal });
    for (let round = 0; round < 20; round += 1) {
      await service.chain.headersAt(tip.height, signal);
      await service.chain.blockOf(tip.hash, signal);
      await service.chain.look({ nodes: {}, signal });
    }
    expect(node.calls().total).toBeGreaterThan(100);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  } finally {
    await close();
  }
});
