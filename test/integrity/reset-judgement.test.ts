import { expect, test } from '@jest/globals';
import { judgeReset } from '../../lib/usecases/following/hard-reset.ts';
import { inVirtualTime } from '../support/in-virtual-time.ts';
import type { Override } from '../support/rpc-proxy.ts';
import { createVirtualNetwork } from '../support/virtual-network.ts';
import { truth } from './network.ts';

const height = 60;
const ours = truth.block(height);
const sound: Override = () => undefined;
const down: Override = () => ({ status: 500 });
/** It has another block at the height. */
const foreign: Override = async ({ method }, forward) => {
  if (method !== 'chain_get_block') return undefined;
  const answer = await forward();
  answer.result.block_with_signatures.block.Version2.hash = 'ab'.repeat(32);
  return answer;
};

test.each<[string, Override[], 'kept' | 'reset' | 'open', number]>([
  ['one of three nodes has another block', [foreign, sound, sound], 'kept', 2],
  ['two of three have another block', [foreign, foreign, sound], 'reset', 3],
  ['one of two has another block', [foreign, sound], 'open', 2],
  ['the only node has another block', [foreign], 'reset', 1],
  ['the only node that answers has our block', [down, sound], 'kept', 2],
  ['no node answers', [down, down], 'open', 2],
])('our block is judged by most nodes: %s (rule ANSWER-6)', (_which, nodes, verdict, trusted) =>
  inVirtualTime(async () => {
    const { service } = createVirtualNetwork({ nodes, height });
    const { outcome } = await judgeReset(ours, new AbortController().signal, service);
    expect(outcome).toBe(verdict);
    expect(service.chain.nodes()).toHaveLength(trusted);
    const isFound = verdict === 'kept' && nodes[0] === foreign;
    const [first] = service.chain.report();
    if (isFound)
      expect(first).toMatchObject({
        state: 'unhealthy',
        reason: expect.stringContaining('contradicts the other nodes'),
      });
  }),
);
