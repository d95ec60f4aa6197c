import { expect, test } from '@jest/globals';
import { readStakes, stakeReads } from '../../../lib/chain/state/read-stakes.ts';
import type { PinnedBlock } from '../../../lib/domain/block.ts';
import { abortIn } from '../../../lib/domain/deadline.ts';
import { UnusableAnswer } from '../../../lib/domain/errors.ts';
import { poolOf } from '../pool/fake-node.ts';
import { endpoint, inVirtualTime, scriptedNode } from '../pool/scripted-node.ts';

const block: PinnedBlock = { height: 9, hash: 'cd'.repeat(32), timestamp: '', eraId: 1, proposer: '' };
/** Of an algorithm that is not known here. */
const strange = `03${'ab'.repeat(32)}`;

test('a bid of a stranger with a key of an unknown algorithm leaves the stakes of others to be read one by one (rule ANSWER-1)', () =>
  inVirtualTime(async () => {
    const bid = { Validator: { validator_public_key: strange, staked_amount: '1', delegation_rate: 1 } };
    const node = scriptedNode(() => ({
      result: { auction_state: { block_height: block.height, bids: [{ public_key: strange, bid }] } },
    }));
    const { upstreams } = poolOf([], { endpoints: [endpoint(node, 'n1')] });
    const signal = abortIn(20_000);
    const holder = { accountHash: 'ef'.repeat(32), mainPurse: `uref-${'cd'.repeat(32)}-007` };
    const stakes = await readStakes(holder, block, (method, params, decode) =>
      upstreams.call(method, params, decode, { signal, dispensable: true }),
    );
    expect(stakes).toBeUndefined();
    expect(upstreams.trusted().map(({ suspect }) => suspect)).toEqual([false]);
  }));

test('the stake with a validator whose key is of an unknown algorithm cannot be read; the caller is not at fault (rule ANSWER-1)', async () => {
  const { stake } = stakeReads(async () => undefined);
  await expect(stake(strange, 'ef'.repeat(32))).rejects.toThrow(UnusableAnswer);
});
