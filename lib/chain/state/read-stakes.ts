import { accountHashOf } from '../../domain/account-id.ts';
import type { PinnedBlock } from '../../domain/block.ts';
import type {
  AllStakes,
  Delegation,
  PinnedState,
  StakeWithValidator,
  Unbonding,
  ValidatorBid,
} from '../../domain/pinned-state.ts';
import type { Decode } from '../pool/interpret-answer.ts';
import type { Answered } from '../pool/upstream.ts';
import { MethodRefused } from '../rpc/errors.ts';
import { integer, list, malformed, shape, unreadable } from '../rpc/json-shape.ts';
import { addressOf, delegationKey, unbondingKey, validatorBidKey } from '../rpc/state-keys.ts';
import { type Bid, decodeBidKind } from './decode-state.ts';

type Call = <Value>(method: string, params: object, decode: Decode<Value>) => Promise<Answered<Value>>;

/**
 * All stakes of an account, by the auction call: it lists all bids of the network (a megabyte). undefined where no node
 * serves it, which is common.
 */
export async function readStakes(
  holder: { readonly accountHash: string; readonly mainPurse: string },
  block: PinnedBlock,
  call: Call,
): Promise<AllStakes | undefined> {
  const purse = addressOf(holder.mainPurse);
  try {
    const answered = await call('state_get_auction_info_v2', { block_identifier: { Hash: block.hash } }, (result) => {
      const auction = shape(shape(result, 'an auction').auction_state, 'an auction state');
      if (integer(auction.block_height, 'a height') !== block.height) malformed('the block that was asked for');
      const bids = list(auction.bids, 'bids').map((entry) => ({
        ...decodeBidKind(shape(entry, 'a bid').bid),
        namesPurse: names(entry, purse),
      }));
      return stakesOf(holder.accountHash, bids);
    });
    return 'absent' in answered ? undefined : answered.value;
  } catch (error) {
    if (error instanceof MethodRefused) return undefined;
    throw error;
  }
}

function stakesOf(accountHash: string, bids: readonly (Bid & { readonly namesPurse: boolean })[]): AllStakes {
  const isHolder = (publicKey: string | null): boolean => publicKey !== null && hashOf(publicKey) === accountHash;
  const delegations = new Map<string, Delegation>();
  const unbondings = new Map<string, Unbonding>();
  let own: ValidatorBid | undefined;
  for (const entry of bids) {
    if (entry.kind === 'validator' && isHolder(entry.bid.validator)) own = entry.bid;
    if (entry.kind === 'delegation' && isHolder(entry.bid.delegator)) delegations.set(entry.bid.validator, entry.bid);
    if (entry.kind === 'unbonding' && isHolder(entry.bid.unbonder)) unbondings.set(entry.bid.validator, entry.bid);
  }
  const validators = new Set([...delegations.keys(), ...unbondings.keys()]);
  const stakes: StakeWithValidator[] = [...validators].map((validator) => ({
    validator,
    delegation: delegations.get(validator),
    unbonding: unbondings.get(validator),
  }));
  const ofHolder = new Set<unknown>([own, ...delegations.values(), ...unbondings.values()]);
  const isPurseFree = !bids.some((entry) => entry.namesPurse && !('bid' in entry && ofHolder.has(entry.bid)));
  return { bid: own, stakes, isPurseFree };
}

/** Rule ANSWER-1: how the account hash of a key of another algorithm is made is not known here. */
function hashOf(publicKey: string): string {
  const algorithm = publicKey.slice(0, 2);
  return algorithm === '01' || algorithm === '02' ? accountHashOf(publicKey) : unreadable('a public key', algorithm);
}

/** Whether a text anywhere in the answer has the address. */
const names = (part: unknown, address: string): boolean =>
  typeof part === 'string'
    ? part.toLowerCase().includes(address)
    : typeof part === 'object' && part !== null && Object.values(part).some((inner) => names(inner, address));

/** Single bids, by their keys. */
export function stakeReads(
  bidAt: (key: string) => Promise<Bid | undefined>,
): Pick<PinnedState, 'validatorBid' | 'stake' | 'ownUnbonding'> {
  return {
    async validatorBid(accountHash) {
      const bid = await bidAt(validatorBidKey(accountHash));
      return bid?.kind === 'validator' ? bid.bid : undefined;
    },

    async stake(validator, accountHash) {
      const validatorHash = hashOf(validator);
      const [delegated, unbonds] = await Promise.all([
        bidAt(delegationKey(validatorHash, accountHash)),
        bidAt(unbondingKey(validatorHash, accountHash)),
      ]);
      return {
        validator,
        delegation: delegated?.kind === 'delegation' ? delegated.bid : undefined,
        unbonding: unbonds?.kind === 'unbonding' ? unbonds.bid : undefined,
      };
    },

    async ownUnbonding(accountHash) {
      const bid = await bidAt(unbondingKey(accountHash, accountHash));
      return bid?.kind === 'unbonding' ? bid.bid : undefined;
    },
  };
}
