import { LRUCache } from 'lru-cache';
import type { PinnedBlock } from '../../domain/block.ts';
import { abortIn, unlessAborted } from '../../domain/deadline.ts';
import { BlockNotServed, ChainUnavailable, StoreUnavailable, unlessDefect } from '../../domain/errors.ts';
import type { ProofReason } from '../../domain/proof.ts';
import type { SignatureProblem, UnsignedPolicy } from '../../domain/trust.ts';
import type { Upstream } from '../pool/upstream.ts';
import type { Upstreams } from '../pool/upstreams.ts';
import type { TrustAnchor } from '../proof/trust-chain.ts';
import { createKnownSigners, type FindingSigners, type KnownSignersParts } from './known-signers.ts';
import { NotSigned } from './not-signed.ts';
import { createRefusedBlocks, reasonFor } from './refused-blocks.ts';
import { createShareOfBlock } from './share-of-block.ts';

export interface TrustParts extends KnownSignersParts {
  readonly upstreams: Pick<Upstreams, 'size' | 'trusted'>;
  readonly unsigned: UnsignedPolicy;
  readonly attemptMs: number;
}

/** Where a block comes from, as far as that is known. */
export interface Reported {
  /** The node that reported it: it is asked first. */
  readonly from?: Upstream | undefined;
  /** What nodes gave as the newest block, for a block that was asked for below it; for the newest block, itself. */
  readonly tip?: PinnedBlock | undefined;
}

/** Which blocks validators have signed (rule PROOF-4). */
export interface Trust {
  /**
   * The share of the era's weight that is known to have signed, or why that is not known. Throws ChainUnavailable: BlockNotServed
   * where the block is not signed, since another one may be.
   */
  signedShare(block: PinnedBlock, signal: AbortSignal, reported?: Reported): Promise<number | ProofReason>;
  /** The same, with all the time that there is, and of no block that is too many eras down to be judged. */
  requireSigned(block: PinnedBlock, signal: AbortSignal, reported?: Reported): Promise<void>;
  /** Whether it may be a block of 1.x, as far as is known. */
  mayBeOlder(block: PinnedBlock, signal: AbortSignal, reported?: Reported): Promise<boolean>;
  /** Stores the newest switch block that is trusted. Throws BlockNotServed where trust has begun with another one meanwhile. */
  keep(): Promise<void>;
  /** For health: why the newest block is not known to be signed; undefined: it is, or that is of no account. Throws ChainUnavailable. */
  problem(block: PinnedBlock, signal: AbortSignal): Promise<SignatureProblem | undefined>;
  /** Whether the block was refused a moment ago, or cannot be the chain's. */
  hasRefused(block: PinnedBlock): boolean;
  /** The newest block that is known to be the chain's. */
  newest(): TrustAnchor | undefined;
}

const rememberedBlocks = 64;
/** What is asked of nodes for one block takes so many attempts at most; what was reached by then is kept. */
const attempts = 4;

export function createTrust(parts: TrustParts): Trust {
  const { blocks, clock, log } = parts;
  const signers = createKnownSigners(parts);
  const shareOfBlock = createShareOfBlock({ ...parts, signers });
  const shares = new LRUCache<string, Promise<number | ProofReason>>({ max: rememberedBlocks });
  const refused = createRefusedBlocks(clock);

  async function shareOf(block: PinnedBlock, asking: FindingSigners): Promise<number | ProofReason> {
    await signers.learn(block.eraId);
    const { hash, height } = block;
    const from = beganWith();
    const isBelow = from !== undefined && height < from.height;
    const header = await blocks.byHash({ hash, height, olderBelow: from?.height, mayBeOlder: isBelow }, asking);
    if (header === undefined) {
      if (mayBeOlder(block)) return 'older_block';
      throw new NotSigned(`nodes give block ${block.height} in the form of an older protocol version`);
    }
    return shareOfBlock(header, asking);
  }

  const newest = (): TrustAnchor | undefined => signers.newest()?.trusted ?? parts.anchor ?? undefined;

  const beganWith = (): TrustAnchor | undefined => signers.newest()?.anchor ?? parts.anchor ?? undefined;

  /** Rule PROOF-4: above the switch block with which trust began no block is of 1.x. */
  function mayBeOlder({ height }: Pick<PinnedBlock, 'height'>): boolean {
    const from = beganWith();
    return from === undefined || height < from.height;
  }

  /**
   * Rule PROOF-4: what is trusted is on the chain, so that no block below it is the newest one. A block that was given as the newest, and
   * one that was read below such a block, must be shown to be signed.
   */
  function mustBeSigned(block: PinnedBlock, { tip }: Reported = {}): boolean {
    const trusted = newest();
    return tip !== undefined && trusted !== undefined && (tip.height < trusted.height || tip.height <= block.height);
  }

  function sharing(block: PinnedBlock, asking: FindingSigners): Promise<number | ProofReason> {
    const share = shareOf(block, asking).catch((error: unknown) => {
      if (error instanceof BlockNotServed) refused.note(block.hash, error);
      throw error;
    });
    shares.set(block.hash, share);
    const forget = (): void => {
      if (shares.peek(block.hash) === share) shares.delete(block.hash);
    };
    share.then((found) => {
      // What is not known of a block may be known of it later, and a hash alone says nothing of the block that is asked about.
      if (typeof found === 'string') forget();
    }, forget);
    return share;
  }

  /** Shared by concurrent readings, so that it outlives a caller that has no time left. */
  const running = (block: PinnedBlock, prefer?: Upstream): Promise<number | ProofReason> =>
    shares.get(block.hash) ??
    sharing(block, { signal: abortIn(parts.attemptMs * attempts), backUntil: abortIn(parts.attemptMs), prefer });

  async function judged(
    found: Promise<number | ProofReason>,
    block: PinnedBlock,
    reported?: Reported,
  ): Promise<number | ProofReason> {
    const share = await found;
    // What is trusted is on the chain, whether it is known who signed it or not.
    if (typeof share === 'number' || block.hash === newest()?.hash || !mustBeSigned(block, reported)) return share;
    const error = new NotSigned(
      `block ${block.height} is not known to be signed, and block ${newest()?.height} is on the chain: it is not the newest one`,
    );
    refused.note(block.hash, error);
    throw error;
  }

  /** Of what is kept for all, also a block that is too many eras down must be shown to be the chain's. */
  async function mustBeJudged(found: Promise<number | ProofReason>, { height, hash }: PinnedBlock) {
    const share = await found;
    if (share !== 'era_unknown' || hash === newest()?.hash) return share;
    throw new ChainUnavailable(
      `block ${height} is too far below the trusted block ${newest()?.height} to be shown to be on its chain: set an older anchor first`,
    );
  }

  async function byPolicy(share: Promise<number | ProofReason>): Promise<number | ProofReason> {
    try {
      return await share;
    } catch (error) {
      if (!(error instanceof ChainUnavailable)) throw error;
      // Before trust has begun nothing is refused.
      if (newest() === undefined) return 'no_trust';
      if (parts.unsigned === 'label') return reasonFor(error);
      throw error;
    }
  }

  return {
    async signedShare(block, signal, reported) {
      // Nodes are not asked again for each reading that is answered nevertheless.
      const lately = parts.unsigned === 'label' ? refused.get(block.hash) : undefined;
      return lately ?? byPolicy(judged(inTime(running(block, reported?.from), signal), block, reported));
    },
    async mayBeOlder(block, signal, reported) {
      // Trust begins with the first block that is asked for: what it begins with says from where on there is 2.x.
      if (parts.anchor === null) await inTime(running(block), signal).catch(unlessDefect);
      return mayBeOlder(block) && (parts.unsigned === 'label' || !mustBeSigned(block, reported));
    },
    async problem(block, signal) {
      try {
        const share = await judged(inTime(running(block), signal), block, { tip: block });
        const why = 'most of the configured nodes do not agree on a switch block of 2.x';
        return share === 'no_trust' ? { code: 'no_trust', reason: why } : undefined;
      } catch (error) {
        if (!(error instanceof BlockNotServed)) throw error;
        return parts.unsigned === 'label' ? undefined : { code: 'not_signed', reason: error.message };
      }
    },
    async requireSigned(block, signal, reported) {
      const share = shares.get(block.hash) ?? sharing(block, { signal, prefer: reported?.from });
      await byPolicy(mustBeJudged(judged(inTime(share, signal), block, reported), block));
    },
    async keep() {
      const before = signers.newest()?.anchor.hash;
      try {
        await signers.keep();
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error;
        log.warn('the trusted switch block could not be stored');
      }
      if (signers.newest()?.anchor.hash === before) return;
      // What was held against it is not known to be signed any more.
      shares.clear();
      throw new BlockNotServed('another process has begun with another trusted block');
    },
    hasRefused: (block) => {
      const trusted = newest();
      const isAnother = block.height === trusted?.height && block.hash !== trusted.hash;
      return parts.unsigned === 'refuse' && (isAnother || refused.get(block.hash) !== undefined);
    },
    newest,
  };
}

async function inTime<Value extends number | string>(found: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const value = await unlessAborted(found, signal);
  if (value === undefined) throw new ChainUnavailable('no answer in time');
  return value;
}
