import { expect, test } from '@jest/globals';
import { validatorBidKey } from '../../lib/chain/rpc/state-keys.ts';
import { accountHashOf } from '../../lib/domain/account-id.ts';
import { verify } from '../../lib/verify/index.ts';
import { recording } from '../chain/proof/recorded.ts';
import { lacking } from '../support/lacking.ts';
import type { Override } from '../support/rpc-proxy.ts';
import { startService } from '../support/service.ts';
import { anchorBelow, provedAnswer } from './proved-answers.ts';

const height = 60;
const switchBlock = recording.blocks.find(({ header }) => header.era_end !== null) ?? lacking();
const { next_era_validator_weights: weights } = switchBlock.header.era_end as {
  readonly next_era_validator_weights: readonly { readonly validator: string }[];
};
const hash = accountHashOf(weights[0]?.validator ?? lacking());

/** The bid is gone, and no node lists all bids: each validator that a switch block has named is asked. */
const withoutBid: Override = ({ method, params }) => {
  if (method === 'state_get_auction_info_v2') return { error: { code: -32601, message: 'Method not found' } };
  const isBid = method === 'query_global_state' && params.key === validatorBidKey(hash);
  return isBid
    ? { error: { code: -32003, message: 'Query failed', data: 'state query failed: ValueNotFound' } }
    : undefined;
};

// Rule PROOF-5.
test('the position of an account that was a validator verifies', async () => {
  const running = await startService({ recording: 'chain-e', height, override: withoutBid });
  try {
    const id = `account-hash-${hash}`;
    const proved = await verify(await provedAnswer(running, { kind: 'staking', id }), anchorBelow(height), { id });
    expect(proved.data).toMatchObject({ bid: null, delegations: [], unbondings: [], complete: false });
  } finally {
    await running.close();
  }
});
