import { accountHashOf } from '../../domain/account-id.ts';
import { type BasisSeen, eraDefinition } from '../../domain/basis.ts';
import type { PinnedBlock, StateKey } from '../../domain/block.ts';
import { unlessAborted } from '../../domain/deadline.ts';
import { ChainUnavailable } from '../../domain/errors.ts';
import type { PurseBalance, RecordingState, ValidatorBid } from '../../domain/pinned-state.ts';
import type { BasisReader } from '../../domain/ports/chain.ts';
import type { Decode, Upstream } from '../pool/upstream.ts';
import type { Upstreams } from '../pool/upstreams.ts';
import { clValueDecoder } from '../rpc/casper-sdk.ts';
import { type DecodedBlock, decodeBlock } from '../rpc/decode-block.ts';
import { malformed, shape } from '../rpc/json-shape.ts';
import { MethodRefused } from '../rpc/refusals.ts';
import { NoSuchBlock } from '../rpc/rpc-failure.ts';
import { addressOf, delegationKey, dictionaryKey, stateKey, unbondingKey, validatorBidKey } from '../rpc/state-keys.ts';
import { createAbsenceProofs } from './absence-proofs.ts';
import {
  type Bid,
  decodeAccount,
  decodeClValue,
  decodeContract,
  decodePackage,
  decodeStoredBid,
} from './decode-state.ts';
import { decodeEraRewards, type EraRewards } from './era-rewards.ts';
import { readBalance } from './read-balance.ts';
import { readStakes } from './read-stakes.ts';
import { readTransaction } from './read-transaction.ts';
import type { OlderBlock } from './validator-directory.ts';

export interface PinnedStateOptions {
  readonly block: PinnedBlock;
  readonly upstreams: Upstreams;
  /** The node that gave the block: asked first, so that one reading comes from one node where it can. */
  readonly prefer: Upstream | undefined;
  readonly bases: BasisReader;
  readonly validatorsAt: (from: DecodedBlock, olderBlock: OlderBlock) => Promise<readonly string[]>;
  readonly rewardsOf: (switchBlock: string, read: () => Promise<EraRewards>) => Promise<EraRewards>;
  readonly signal: AbortSignal;
  /** How many times the ordinary attempt each call may take. */
  readonly patience: number;
}

/** Reads global state by the block's hash: a node that is elsewhere fails, and cannot answer from another block. */
export function createPinnedState({
  block,
  upstreams,
  prefer,
  bases,
  validatorsAt,
  rewardsOf,
  signal,
  patience,
}: PinnedStateOptions): RecordingState {
  const readSet = new Set<StateKey>();
  const dependency = new Map<string, BasisSeen>();
  const asked = new Map<string, Promise<unknown>>();
  const witnesses = createAbsenceProofs(block, upstreams, signal);
  const pinned = { BlockHash: block.hash };
  const asking = { signal, prefer };
  const call = <Value>(method: string, params: object, decode: Decode<Value>) =>
    upstreams.call(method, params, decode, asking);

  /** A node that has answered something of this block is worth waiting for; one that never did is not. */
  const patiently = () => ({ ...asking, patience: witnesses.someoneFound() ? patience : 1 });
  const callOrDoWithout = <Value>(method: string, params: object, decode: Decode<Value>) =>
    upstreams.call(method, params, decode, { ...patiently(), dispensable: true });

  /** What is stored under a key, asked once; undefined where there is nothing. */
  function stored<Value>(key: string, decode: Decode<Value>): Promise<Value | undefined> {
    readSet.add(stateKey(key));
    return unwatched(key, decode);
  }

  /** Bids are not watched one by one: every bid key that names an account also writes its `stake-<account hash>`. */
  function unwatched<Value>(key: string, decode: Decode<Value>): Promise<Value | undefined> {
    return once(key, async () => {
      const params = { state_identifier: pinned, key, path: [] };
      const read = (result: unknown) =>
        decode(shape(result, 'a stored value').stored_value ?? malformed('a stored value'));
      const answered = await upstreams.call('query_global_state', params, read, patiently());
      if ('absent' in answered) {
        witnesses.saidAbsent(answered.from);
        return undefined;
      }
      witnesses.found(answered.from);
      return answered.value;
    });
  }

  function once<T>(key: string, read: () => Promise<T>): Promise<T> {
    const running = asked.get(key) as Promise<T> | undefined;
    if (running !== undefined) return running;
    const started = read();
    asked.set(key, started);
    return started;
  }

  async function clValue(key: string) {
    const decode = await clValueDecoder();
    return stored(key, (value) => {
      const { type, bytes } = decodeClValue(value);
      return decode(type, bytes);
    });
  }
  const account = (accountHash: string) => stored(`account-hash-${accountHash}`, decodeAccount);
  const bidAt = (key: string): Promise<Bid | undefined> => unwatched(key, decodeStoredBid);

  const blockByHash = (hash: string): Promise<DecodedBlock> =>
    once(`block ${hash}`, async () => {
      const answered = await call('chain_get_block', { block_identifier: { Hash: hash } }, decodeBlock);
      return 'absent' in answered ? malformed('a block') : answered.value;
    });

  /** undefined where no node holds blocks that old any more, which is no fault of theirs. */
  async function olderBlock(hash: string): Promise<DecodedBlock | undefined> {
    const options = { ...patiently(), blame: false };
    try {
      const answered = await upstreams.call(
        'chain_get_block',
        { block_identifier: { Hash: hash } },
        decodeBlock,
        options,
      );
      return 'value' in answered ? answered.value : undefined;
    } catch (error) {
      const { cause } = error as Error;
      if (error instanceof NoSuchBlock || (cause instanceof NoSuchBlock && !signal.aborted)) return undefined;
      throw error;
    }
  }

  return {
    block,
    account,

    async mainPurseBalance(accountHash): Promise<PurseBalance | undefined> {
      const [holder, balance] = await Promise.all([
        account(accountHash),
        readBalance(accountHash, block, { account, clValue, call: callOrDoWithout }),
      ]);
      if (holder === undefined) return undefined;
      readSet.add(`balance-${addressOf(holder.mainPurse)}`);
      return balance ?? malformed('the balance of an account that is there');
    },

    contractPackage: (packageHash) => stored(`hash-${packageHash}`, decodePackage),

    contract: (contractHash) => stored(`hash-${contractHash}`, decodeContract),

    named: (uref) => clValue(`uref-${addressOf(uref)}-007`),
    item: (seed, itemKey) => clValue(dictionaryKey(seed, itemKey)),

    async validatorBid(accountHash): Promise<ValidatorBid | undefined> {
      const bid = await bidAt(validatorBidKey(accountHash));
      return bid?.kind === 'validator' ? bid.bid : undefined;
    },

    async stake(validator, accountHash) {
      const validatorHash = accountHashOf(validator);
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

    allStakes: (accountHash) => readStakes(accountHash, block, callOrDoWithout),

    async lastRewards(accountHash) {
      const own = await blockByHash(block.hash);
      const ended =
        own.nextEraValidators !== null
          ? { era: block.eraId, hash: block.hash }
          : { era: block.eraId - 1, hash: own.lastSwitchBlockHash };
      // Era 0 is genesis alone: it ended without rewards.
      if (ended.hash === null || ended.era < 1) return undefined;
      const switchBlock = ended.hash;
      const params = { block_identifier: { Hash: switchBlock } };
      const rewards = await rewardsOf(switchBlock, async () => {
        const answered = await callOrDoWithout('chain_get_era_summary', params, decodeEraRewards);
        // The era has ended: a node that has no summary of it has forgotten it.
        if ('absent' in answered) throw new MethodRefused('chain_get_era_summary');
        return answered.value;
      }).catch((error: unknown) => {
        if (error instanceof MethodRefused) return undefined;
        throw error;
      });
      // No node tells: the position stands without them.
      if (rewards === undefined) return undefined;
      return { era: ended.era, amount: (rewards.get(accountHash) ?? 0n).toString() };
    },

    validators: async () => validatorsAt(await blockByHash(block.hash), olderBlock),

    transaction(hash) {
      readSet.add(`transaction-${hash}`);
      return readTransaction(hash, {
        block,
        upstreams,
        prefer,
        signal,
        saidAbsent: witnesses.saidAbsent,
      });
    },

    async basis(definition) {
      const seen = await unlessAborted(bases(definition, block), signal);
      if (seen === undefined) throw new ChainUnavailable('no node answered in time');
      dependency.set(definition.name, seen);
      // Who rests on it rests on what it rests on.
      for (const { name, definition: digest } of seen.bases) rest(name, digest);
      return seen;
    },

    dependOn(what) {
      if ('key' in what) readSet.add(what.key);
      else rest(what.basis, eraDefinition);
    },

    readSet: () => [...readSet].sort(),
    bases: () => [...dependency.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),

    proveAbsence: () => witnesses.prove(),
  };

  /** A basis that is not read: nothing of it is joined. */
  function rest(name: string, definition: string): void {
    if (dependency.has(name)) return;
    dependency.set(name, { name, block, value: undefined, joined: undefined, readSet: [], bases: [], definition });
  }
}
