import { type BasisSeen, eraDefinition } from '../../domain/basis.ts';
import type { PinnedBlock, StateKey } from '../../domain/block.ts';
import { unlessAborted } from '../../domain/deadline.ts';
import { ChainUnavailable } from '../../domain/errors.ts';
import type { CollectedProofs } from '../../domain/full-proof.ts';
import type { PurseBalance, RecordingState } from '../../domain/pinned-state.ts';
import type { BasisReader } from '../../domain/ports/chain.ts';
import { notAsked, type ProofReason, type UnprovedPart } from '../../domain/proof.ts';
import type { Decode } from '../pool/interpret-answer.ts';
import type { Upstream } from '../pool/upstream.ts';
import type { Upstreams } from '../pool/upstreams.ts';
import { clValueDecoder } from '../rpc/casper-sdk.ts';
import { type DecodedHeader, decodeHeader } from '../rpc/decode-block.ts';
import { Abandoned, NoSuchBlock } from '../rpc/errors.ts';
import { digits, malformed } from '../rpc/json-shape.ts';
import { addressOf, stateKey } from '../rpc/state-keys.ts';
import { createAbsenceProofs } from './absence-proofs.ts';
import { contractReads } from './contract-reads.ts';
import { decodeAccount, decodeClValue, decodeStoredBid } from './decode-state.ts';
import { type RewardsOf, readLastRewards } from './era-rewards.ts';
import type { Proving } from './proved-values.ts';
import { readBalance } from './read-balance.ts';
import { readStakes, stakeReads } from './read-stakes.ts';
import { readTransaction } from './read-transaction.ts';
import type { OlderBlock } from './validator-directory.ts';
import { claimedValues, type ValueInAnswer } from './value-in-answer.ts';

export interface PinnedStateOptions {
  readonly block: PinnedBlock;
  readonly upstreams: Upstreams;
  /** The node that reported the block: it is asked first, so that one reading comes from one node where possible. */
  readonly prefer: Upstream | undefined;
  readonly bases: BasisReader;
  readonly validatorsAt: (from: DecodedHeader, olderBlock: OlderBlock) => Promise<readonly string[]>;
  readonly rewardsOf: RewardsOf;
  readonly signal: AbortSignal;
  /** Multiplies the time limit of each call. */
  readonly patience: number;
  /** Whether values are taken from what their proofs prove (rule PROOF-1), or as nodes claim them. */
  readonly proves: boolean;
  /** What proofs are held against besides. */
  readonly reported: Pick<Proving, 'mayBeOlder' | 'onMisreported'>;
  /** What takes note of the proofs (rule PROOF-5). */
  readonly collected?: CollectedProofs | undefined;
  /** The share of the era's weight that is known to have signed the block, or why that is not known. */
  readonly signedShare: (block: PinnedBlock, signal: AbortSignal) => Promise<number | ProofReason>;
}

/** Reads global state by the block's hash. A node that does not have that block fails; it cannot answer from another one. */
export function createPinnedState({
  block,
  upstreams,
  prefer,
  bases: readBasis,
  validatorsAt,
  rewardsOf,
  signal,
  patience,
  proves,
  reported,
  collected,
  signedShare,
}: PinnedStateOptions): RecordingState {
  const readSet = new Set<StateKey>();
  const bases = new Map<string, BasisSeen>();
  const unproved = new Set<UnprovedPart>();
  const asked = new Map<string, Promise<unknown>>();
  const absenceProofs = createAbsenceProofs(block, upstreams, signal);
  /** Readers start, and answer from the cache, without what proves. */
  const proving = proves
    ? import('./proved-values.ts').then((it) =>
        it.createProvedValues(block, { ...reported, collected: collected?.proofs }),
      )
    : undefined;
  const values = async (): Promise<ValueInAnswer> => (await proving) ?? claimedValues;
  const pinned = { BlockHash: block.hash };
  const asking = { signal, prefer };
  /** For calls that name the pinned block. */
  const atBlock = { block };

  /** Calls are patient only once some node has shown that it has this block's state. */
  const patiently = () => ({ ...asking, patience: absenceProofs.anyFound() ? patience : 1 });
  const pinnedOrDoWithout = <Value>(method: string, params: object, decode: Decode<Value>) =>
    upstreams.call(method, params, decode, { ...patiently(), ...atBlock, dispensable: true });
  const callOrDoWithout = <Value>(method: string, params: object, decode: Decode<Value>) =>
    upstreams.call(method, params, decode, { ...patiently(), dispensable: true });

  /** The value stored under a key, read once; undefined where there is none. */
  function stored<Value>(key: string, decode: Decode<Value>): Promise<Value | undefined> {
    readSet.add(stateKey(key));
    return unwatched(key, decode);
  }

  /** Bid keys are not in the read set: a write of any of them also writes `stake-<account hash>` (rule FOLLOW-2). */
  function unwatched<Value>(key: string, decode: Decode<Value>): Promise<Value | undefined> {
    return once(key, async () => {
      const params = { state_identifier: pinned, key, path: [] };
      const read = async (result: unknown) => decode(await (await values()).of(result, key));
      const answered = await upstreams.call('query_global_state', params, read, { ...patiently(), ...atBlock });
      if ('absent' in answered) {
        unproved.add('absence');
        collected?.absent.add(key);
        absenceProofs.noteAbsent(answered.from);
        return undefined;
      }
      absenceProofs.noteFound(answered.from);
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

  const provedTotalOf = (accountHash: string) => async (proof: unknown) => {
    if (!proves) return undefined;
    // Whatever keeps the account from being read, it is not this answer.
    const holder = await account(accountHash).catch((error) => {
      throw new Abandoned(error);
    });
    const value = holder && (await values()).proved(proof, `balance-${addressOf(holder.mainPurse)}`);
    if (value === undefined) return undefined;
    const { type, bytes } = decodeClValue(value);
    const decode = await clValueDecoder();
    return digits(decode(type, bytes), 'a total balance');
  };

  const pinnedBlock = (): Promise<DecodedHeader> =>
    once('block', async () => {
      const params = { block_identifier: { Hash: block.hash } };
      const answered = await upstreams.call('chain_get_block', params, decodeHeader, { ...asking, ...atBlock });
      return 'absent' in answered ? malformed('a block') : answered.value;
    });

  /** undefined where no node holds a block that old; the nodes are not at fault. */
  async function olderBlock(hash: string): Promise<DecodedHeader | undefined> {
    const options = { ...patiently(), blame: false };
    try {
      const answered = await upstreams.call(
        'chain_get_block',
        { block_identifier: { Hash: hash } },
        decodeHeader,
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
        readBalance(accountHash, block, {
          account,
          clValue,
          call: pinnedOrDoWithout,
          provedTotal: provedTotalOf(accountHash),
        }),
      ]);
      if (holder === undefined) return undefined;
      unproved.add('holds');
      readSet.add(`balance-${addressOf(holder.mainPurse)}`);
      return balance ?? malformed('the balance of an account that exists');
    },

    ...contractReads({ stored, clValue }),

    ...stakeReads((key) => unwatched(key, decodeStoredBid)),
    async allStakes(accountHash) {
      unproved.add('stakes');
      const holder = await account(accountHash);
      return holder && readStakes({ accountHash, ...holder }, block, pinnedOrDoWithout);
    },

    async lastRewards(accountHash) {
      unproved.add('rewards');
      return readLastRewards(
        accountHash,
        { ...(await pinnedBlock()), pinned: block },
        { rewardsOf, call: callOrDoWithout },
      );
    },

    async validators() {
      unproved.add('validators');
      return validatorsAt(await pinnedBlock(), olderBlock);
    },

    transaction(hash) {
      unproved.add('transaction');
      readSet.add(`transaction-${hash}`);
      return readTransaction(hash, {
        block,
        upstreams,
        prefer,
        signal,
        noteAbsent: absenceProofs.noteAbsent,
      });
    },

    async basis(definition) {
      const seen = await unlessAborted(readBasis(definition, block), signal);
      if (seen === undefined) throw new ChainUnavailable('no node answered in time');
      bases.set(definition.name, seen);
      // Rule BASIS-3: the entity also depends on what the basis depends on.
      for (const { name, definition: digest } of seen.bases) dependOnBasis(name, digest);
      return seen;
    },

    dependOn(what) {
      if ('key' in what) readSet.add(what.key);
      else dependOnBasis(what.basis, eraDefinition);
    },

    readSet: () => [...readSet].sort(),
    bases: () => [...bases.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),

    proveAbsence: () => absenceProofs.prove(),

    async proof() {
      const reached = { unproved: [...unproved].sort(), weight: null, height: block.height } as const;
      const evidence = (await values()).evidence();
      if (evidence === null) return { ...notAsked, unproved: reached.unproved, ...(proves && { reason: whyNone() }) };
      const signed = await signedShare(block, signal);
      return typeof signed === 'number'
        ? { ...reached, level: 'signed', reason: null, weight: signed, evidence }
        : { ...reached, level: 'state', reason: signed, evidence };
    },
  };

  /** Where something was found and is not proved, its block has no header that can be. */
  function whyNone(): ProofReason {
    return absenceProofs.anyFound() ? 'older_block' : 'nothing_proved';
  }

  /** On a basis that this reading did not read: no value of it is joined. */
  function dependOnBasis(name: string, definition: string): void {
    if (bases.has(name)) return;
    bases.set(name, { name, block, value: undefined, joined: undefined, readSet: [], bases: [], definition });
  }
}
