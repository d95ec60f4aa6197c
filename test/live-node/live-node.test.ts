import { describe, expect, test } from '@jest/globals';
import { startDevChain } from '../../infra/local/dev-chain/dev-chain.ts';
import { proveNode } from './proved-node.ts';

const url = process.env.TEST_NODE_URL;

// Rules PROOF-1, PROOF-3 and PROOF-4.
describe('what a node answers now is proved: its newest blocks, signatures, eras and state', () => {
  test('the dev chain, over HTTP', async () => {
    const node = await startDevChain({ recording: 'chain-e', height: 90 });
    try {
      const { proved, absent: _, ...found } = await proveNode(node.url);
      expect(found).toEqual({ chainName: node.chainName, height: 90, share: expect.any(Number), eras: 4 });
      expect(found.share).toBeGreaterThan(2 / 3 - 0.01);
      for (const kind of ['era-summary', 'checksum-registry', 'bid-addr-01', 'account-hash', 'balance'])
        expect(proved).toContainEqual(expect.stringMatching(`^${kind}`));
    } finally {
      await node.close();
    }
  });

  test('not where the node lies with all that it can make itself', async () => {
    const node = await startDevChain({ recording: 'chain-e', height: 90 });
    try {
      node.fault('forged', { fromHeight: 60 });
      await expect(proveNode(node.url)).rejects.toThrow(/too_little_weight|is signed/);
    } finally {
      await node.close();
    }
  });

  (url === undefined ? test.skip : test)('the node at TEST_NODE_URL', async () => {
    const found = await proveNode(url as string);
    console.info(JSON.stringify(found, null, 1));
    expect(found.proved.length).toBeGreaterThan(2);
  });
});
