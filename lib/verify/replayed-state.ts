import { clValueOf } from '../chain/proof/cl-value.ts';
import { storedItem, storedValue } from '../chain/proof/stored-value.ts';
import { addressOf } from '../chain/rpc/state-keys.ts';
import { contractReads } from '../chain/state/contract-reads.ts';
import { decodeAccount, decodeClValue, decodeStoredBid } from '../chain/state/decode-state.ts';
import { stakeReads } from '../chain/state/read-stakes.ts';
import type { BasisSeen } from '../domain/basis.ts';
import type { PinnedBlock } from '../domain/block.ts';
import type { ClaimedParts, FullProof, UnprovedMember } from '../domain/full-proof.ts';
import type { BasisDefinition, ClData, PinnedState, StakeWithValidator } from '../domain/pinned-state.ts';
import { ProofRefused } from './proof-refused.ts';

export interface ReplayedState {
  readonly state: PinnedState;
  /** What was read of shared state, by its name. */
  readonly joined: (name: string) => object | undefined;
  /** Keys that were read and are proved, and those that were taken as absent. */
  readonly proved: ReadonlySet<string>;
  readonly absent: ReadonlySet<string>;
  readonly unproved: ReadonlySet<UnprovedMember>;
  /** Whether all that is given was read. */
  readonly isAllRead: () => boolean;
}

/** Rule PROOF-5: global state as proofs and claims have it: what the service read is read again from them. Throws ProofRefused for what they do not have. */
export function createReplayedState(
  block: PinnedBlock,
  values: ReadonlyMap<string, Uint8Array>,
  given: Pick<FullProof, 'absent' | 'claimed'>,
): ReplayedState {
  const absentKeys = new Set(given.absent);
  const bases = new Map<string, BasisSeen>();
  const proved = new Set<string>();
  const absent = new Set<string>();
  const unproved = new Set<UnprovedMember>();
  const believed = new Set<string>();

  async function stored<Value>(key: string, decode: (stored: unknown) => Value): Promise<Value | undefined> {
    const bytes = values.get(key);
    if (bytes !== undefined) {
      proved.add(key);
      return decode(key.startsWith('dictionary-') ? storedItem(bytes) : storedValue(bytes));
    }
    if (!absentKeys.has(key)) throw new ProofRefused('incomplete', `nothing is given of ${key}`);
    absent.add(key);
    unproved.add('absence');
    return undefined;
  }
  const clValue = (key: string): Promise<ClData | undefined> =>
    stored(key, (value) => {
      const { type, bytes } = decodeClValue(value);
      return clValueOf(type, bytes);
    });
  const account = (accountHash: string) => stored(`account-hash-${accountHash}`, decodeAccount);

  function claimed<Name extends keyof ClaimedParts>(name: Name, part: UnprovedMember): NonNullable<ClaimedParts>[Name] {
    if (given.claimed[name] === undefined) throw new ProofRefused('incomplete', `nothing is given of ${name}`);
    unproved.add(part);
    believed.add(name);
    return given.claimed[name];
  }

  const stakes = stakeReads((key) => stored(key, decodeStoredBid));
  const stakesWith = (validators: readonly string[], accountHash: string): Promise<StakeWithValidator[]> =>
    Promise.all(validators.map((validator) => stakes.stake(validator, accountHash)));

  const state: PinnedState = {
    block,
    account,
    async mainPurseBalance(accountHash) {
      const holder = await account(accountHash);
      if (holder === undefined) return undefined;
      const total = await clValue(`balance-${addressOf(holder.mainPurse)}`);
      const { available, holds } = claimed('balance', 'holds') ?? {};
      if (typeof total !== 'string' || available === undefined)
        throw new ProofRefused('incomplete', 'the account has no balance');
      if (BigInt(available) > BigInt(total)) throw new ProofRefused('data', 'more is available than there is');
      return { total, available, holds: holds ?? undefined };
    },
    ...contractReads({ stored, clValue }),
    ...stakes,
    async allStakes(accountHash) {
      const validators = claimed('stakes', 'stakes');
      if (!validators) return undefined;
      const bid = await stakes.validatorBid(accountHash);
      return { bid, stakes: await stakesWith(validators, accountHash), isPurseFree: false };
    },
    lastRewards: async () => claimed('rewards', 'rewards') ?? undefined,
    validators: async () => claimed('validators', 'validators') ?? [],
    async transaction() {
      throw new ProofRefused('unreadable', 'nothing of a transaction can be proved');
    },
    async basis<Value extends object, Joined extends object>(definition: BasisDefinition<Value, Joined>) {
      const seen = await definition.read(state);
      if (seen !== undefined && 'unreadable' in seen) throw new ProofRefused('unreadable', seen.unreadable);
      const { value, joined } = seen ?? { value: undefined, joined: undefined };
      const basis = {
        name: definition.name,
        block,
        value,
        joined,
        readSet: [],
        bases: [],
        definition: definition.definition,
      };
      bases.set(definition.name, basis);
      return basis as BasisSeen<Value, Joined>;
    },
    dependOn: () => undefined,
  };
  return {
    state,
    joined: (name) => bases.get(name)?.joined,
    proved,
    absent,
    unproved,
    isAllRead: () =>
      proved.size === values.size &&
      absent.size === given.absent.length &&
      believed.size === Object.values(given.claimed).filter((claim) => claim !== undefined).length,
  };
}
