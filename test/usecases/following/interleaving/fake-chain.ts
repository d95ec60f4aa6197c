import { type BasisSeen, eraDefinition } from '../../../../lib/domain/basis.ts';
import type { PinnedBlock, StateKey } from '../../../../lib/domain/block.ts';
import { ChainUnavailable, NoBlockSoOld, UnreadableBlock } from '../../../../lib/domain/errors.ts';
import type { ClData, RecordingState } from '../../../../lib/domain/pinned-state.ts';
import type { BasisReader, Chain, ExecutedBlock, WrittenStake } from '../../../../lib/domain/ports/chain.ts';
import { notAsked } from '../../../../lib/domain/proof.ts';

/** One history: which blocks wrote which keys. A key's content is the number of times that it was written. */
export interface Fork {
  readonly writes: Readonly<Record<StateKey, readonly number[]>>;
  /** Switch blocks: each writes `paid` without a transaction that names it. */
  readonly switchBlocks?: readonly number[];
  /** Blocks in which an account came to hold something with a validator. */
  readonly stakes?: readonly (WrittenStake & { readonly height: number })[];
  /** Blocks that every node gives in a form that cannot be used; `headless`: not even their header. */
  readonly unreadable?: readonly { readonly height: number; readonly headless?: true }[];
}

export interface Histories {
  readonly forks: readonly Fork[];
  /** Through this block the forks are the same. */
  readonly commonThrough?: number;
}

/** By key, the heights at which it was written. */
export const oneFork = (writes: Fork['writes']): Histories => ({ forks: [{ writes }] });

/** The state of the nodes: fork, tip, and the oldest block that they hold. */
export interface Network {
  fork: number;
  tip: number;
  oldest: number;
}

/** The key that a switch block changes. */
export const paid = 'uref-paid';

const blockMs = 8_000;
const genesis = Date.parse('2026-11-23T00:00:00.000Z');

/** Between blocks 2 and 3. */
export const lapsesAt = new Date(genesis + 2.5 * blockMs).toISOString();

/** Timestamps differ between forks, as hashes do: a claim names its last block by height and timestamp. */
export function blockOf({ forks, commonThrough = 0 }: Histories, fork: number, height: number): PinnedBlock {
  const own = height <= commonThrough ? 0 : fork;
  const eraId = (forks[fork]?.switchBlocks ?? []).filter((at) => at < height).length;
  return {
    height,
    hash: `block-${height}-of-${own}`,
    timestamp: new Date(genesis + height * blockMs + own * 1_000).toISOString(),
    eraId,
    proposer: '00',
  };
}

const forkOf = ({ hash }: PinnedBlock): number => Number(hash.slice(hash.lastIndexOf('-') + 1));

export interface Seeing {
  readonly histories: Histories;
  readonly network: Network;
  /** Awaited before the network is read. A reading that is pinned to a block gives the same at any time. */
  readonly look: () => Promise<void>;
  /** How many blocks the node that gives the tip is behind the others. */
  readonly behind?: number;
}

/** The port of the chain without a node: the histories decide what it answers about a block. */
export function createFakeChain({ histories, network, look, behind = 0 }: Seeing): Chain {
  const last = (): number => Math.max(1, network.tip - behind);

  async function tip({ atLeast = 0 }: { readonly atLeast?: number }): Promise<PinnedBlock> {
    await look();
    if (last() < atLeast) throw new ChainUnavailable(`no node has come to block ${atLeast} yet`);
    return blockOf(histories, network.fork, last());
  }

  async function executed(height: number, reading: { readonly tip: PinnedBlock }): Promise<ExecutedBlock> {
    if (height < network.oldest) throw new NoBlockSoOld(`no node holds block ${height} any more`);
    if (height > network.tip) throw new ChainUnavailable(`no node has block ${height} yet`);
    const fork = forkOf(reading.tip);
    const executed = executionOf(histories, fork, height);
    const odd = histories.forks[fork]?.unreadable?.find((block) => block.height === height);
    if (odd === undefined) return executed;
    throw new UnreadableBlock(height, odd.headless ? undefined : executed, 2, new Error('it is too large'));
  }

  return {
    tip,
    executed,
    at: ({ block, bases }) => pinnedAt(block, bases, histories),
    async headersAt(height) {
      await look();
      const isHeld = height >= network.oldest && height <= network.tip;
      return [{ node: 'node', header: isHeld ? executionOf(histories, network.fork, height) : undefined }];
    },
    requireSigned: async () => undefined,
    keepTrust: async () => undefined,
    blockAt: async (height) => blockOf(histories, network.fork, height),
    lowestBlock: async () => network.oldest,
    blockOf: async (hash) => {
      const [, height, fork] = /^block-(\d+)-of-(\d+)$/.exec(hash) ?? [];
      return blockOf(histories, Number(fork), Number(height));
    },
    eraRewards: async () => undefined,
    switchBlockBelow: async () => undefined,
    checked: () => Promise.reject(new Error('this chain takes none')),
    submit: async () => ({ outcome: 'unsent', reason: 'this chain takes none' }),
    sight: async () => ({ knownAt: [], deniedAt: ['node'], isComplete: true }),
    collecting: unasked,
    nodes: () => ['node'],
    suspect: () => undefined,
    look: async () => [],
    signatureProblem: async () => undefined,
    report: () => [],
    counted: async (work) => ({ value: await work(), calls: 0 }),
    flushed: async () => undefined,
    calls: () => 0,
  };
}

function executionOf(histories: Histories, fork: number, height: number): ExecutedBlock {
  const { writes, switchBlocks = [], stakes = [] } = histories.forks[fork] as Fork;
  const written = Object.keys(writes).filter((key) => writes[key]?.includes(height));
  const staked = stakes.filter((stake) => stake.height === height);
  return {
    block: blockOf(histories, fork, height),
    parentHash: blockOf(histories, fork, height - 1).hash,
    protocolVersion: '2.0.0',
    isSwitchBlock: switchBlocks.includes(height),
    written: new Set([...written, ...staked.map(({ account }) => `stake-${account}`)]),
    items: [],
    transactions: [],
    stakes: staked.map(({ account, validator }) => ({ account, validator })),
    isProved: false,
  };
}

/** State as of a block; it records its read set and bases as the real one does. */
export function pinnedAt(block: PinnedBlock, bases: BasisReader, { forks }: Histories): RecordingState {
  const { writes, switchBlocks = [], stakes = [] } = forks[forkOf(block)] as Fork;
  const readSet = new Set<StateKey>();
  const dependencies = new Map<string, BasisSeen>();

  function contentOf(key: StateKey): ClData | undefined {
    const heights = key === paid ? switchBlocks : (writes[key] ?? []);
    const times = heights.filter((height) => height <= block.height).length;
    return times === 0 ? undefined : String(times);
  }

  function dependOnBasis(name: string, definition: string): void {
    if (dependencies.has(name)) return;
    dependencies.set(name, { name, block, value: undefined, joined: undefined, readSet: [], bases: [], definition });
  }

  return {
    block,
    async named(key) {
      readSet.add(key);
      return contentOf(key);
    },
    async stake(validator, account) {
      const staked = stakes.filter(
        (stake) => stake.height <= block.height && stake.account === account && stake.validator === validator,
      ).length;
      const delegation = staked === 0 ? undefined : { validator, delegator: null, staked: String(staked) };
      return { validator, delegation, unbonding: undefined };
    },
    async basis(definition) {
      const seen = await bases(definition, block);
      dependencies.set(definition.name, seen);
      for (const { name, definition: digest } of seen.bases) dependOnBasis(name, digest);
      return seen;
    },
    dependOn(what) {
      if ('key' in what) readSet.add(what.key);
      else dependOnBasis(what.basis, eraDefinition);
    },
    readSet: () => [...readSet].sort(),
    bases: () => [...dependencies.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    proveAbsence: async () => undefined,
    proof: async () => notAsked,
    account: unasked,
    mainPurseBalance: unasked,
    contractPackage: unasked,
    systemContract: unasked,
    contract: unasked,
    item: unasked,
    validatorBid: unasked,
    ownUnbonding: unasked,
    allStakes: unasked,
    lastRewards: unasked,
    validators: unasked,
    transaction: unasked,
  };
}

function unasked(): never {
  throw new Error('no kind of these tests calls it');
}
