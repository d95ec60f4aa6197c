import { type ChainView, rewardAt, switchBlockBelow } from '../chain-view.ts';
import { findBlock, readPublicKey } from '../identifiers.ts';
import { readParams, readTagged, readU64 } from '../params.ts';
import type { RecordedBlock } from '../recorded.ts';
import { noRewards, noSwitchBlock, noSwitchBlockParent } from '../rpc-error.ts';
import type { Method } from './method.ts';

/**
 * The reward that an era's switch block paid. A validator outside the era is an error. A delegator without a reward, or who
 * never delegated, has a reward of zero. Genesis ended no era, so there is no reward.
 */
export const infoGetReward: Method = (view, params) => {
  const asked = readParams(params, ['validator'], ['delegator', 'era_identifier']);
  const validator = readPublicKey(asked.validator);
  const delegator = asked.delegator === undefined || asked.delegator === null ? null : readPublicKey(asked.delegator);
  const { height } = switchBlockOf(view, asked.era_identifier).header;
  if (height === 0) throw noSwitchBlockParent();
  const ofValidator = rewardAt(view, height, validator, null)?.result;
  if (ofValidator === undefined) throw noRewards();
  return rewardAt(view, height, validator, delegator)?.result ?? { ...ofValidator, reward_amount: '0' };
};

/** The switch block of the given era, or of the era of the given block; default: of the newest ended era. */
function switchBlockOf(view: ChainView, identifier: unknown): RecordedBlock {
  if (identifier === undefined || identifier === null) return switchBlockBelow(view, view.tip);
  const { tag, inner } = readTagged(identifier, ['Era', 'Block']);
  const era = tag === 'Era' ? readU64(inner) : findBlock(view, inner)?.header.era_id;
  const block = view.recording.blocks.find(({ header }) => header.era_id === era && header.era_end !== null);
  if (block === undefined || block.header.height > view.tip) throw noSwitchBlock();
  return block;
}
