import { LRUCache } from 'lru-cache';
import type { PinnedBlock } from '../../domain/block.ts';
import { abortIn, unlessAborted } from '../../domain/deadline.ts';
import { BlockNotServed, ChainUnavailable, StoreUnavailable } from '../../domain/errors.ts';
import type { ProofReason } from '../../domain/proof.ts';
import type { SigningProblem, UnsignedPolicy } from '../../domain/trust.ts';
import type { Upstream } from '../pool/upstream.ts';
import type { ProvedHeader } from '../proof/block-proof.ts';
import { signedShare } from '../proof/trust-chain.ts';
import { type KnownSwitchBlock, withSignatures } from './advance-trust.ts';
import { createKnownSigners, type KnownSignersParts } from './known-signers.ts';
import type { Asking, Given } from './signed-blocks.ts';

export interface TrustParts extends KnownSignersParts {
  readonly unsigned: UnsignedPolicy;
  readonly attemptMs: number;
}

/** Which blocks validators have signed (rule PROOF-4). */
export interface Trust {
  /**
   * The share of the era's weight that is known to have signed, or why that is not known. Throws ChainUnavailable: BlockNotServed
   * where the block is not signed, since another one may be.
   */
  signedShare(block: PinnedBlock, signal: AbortSignal, prefer?: Upstream): Promise<number | ProofReason>;
  /** The same, with all the time that there is. */
  requireSigned(block: PinnedBlock, signal: AbortSignal, prefer?: Upstream): Promise<void>;
  /** Whether it may be a block of 1.x, as far as is known. */
  mayBeOlder(block: PinnedBlock, signal: AbortSignal): Promise<boolean>;
  /** Stores the newest switch block that is trusted. */
  keep(): Promise<void>;
  /** For health: why the block is not known to be signed; undefined: it is, or that is of no account. Throws ChainUnavailable. */
  problem(block: PinnedBlock, signal: AbortSignal): Promise<SigningProblem | undefined>;
  /** Whether the block was refused a moment ago. */
  hasRefused(hash: string): boolean;
}

const rememberedBlocks = 64;
/** What is asked of nodes for one block takes so many attempts at most; what was reached by then is kept. */
const attempts = 4;
/** Signatures of a new block come within this time. */
const unsignedMs = 10_000;

export function createTrust(parts: TrustParts): Trust {
  const { blocks, network, clock, log } = parts;
  const signers = createKnownSigners(parts);
  const shares = new LRUCache<string, Promise<number | ProofReason>>({ max: rememberedBlocks });
  const unsignedAt = new LRUCache<string, number>({ max: rememberedBlocks });

  async function shareOf(block: PinnedBlock, asking: Asking): Promise<number | ProofReason> {
    await signers.learn(block.eraId);
    const header = await blocks.byHash(block, asking);
    if (header === undefined) {
      if (mayBeOlder(block)) return 'older_block';
      throw new BlockNotServed(`nodes give block ${block.height} in the form of an older protocol version`);
    }
    const trusted = await signers.of(header, asking);
    if (typeof trusted === 'string') return trusted;
    const own = signedShare(trusted, header, network);
    if ('value' in own) return own.value;
    const given = await blocks.atHeight(header.height, asking.signal);
    const joined = signedShare(trusted, withSignatures(header, given), network);
    if ('value' in joined) return joined.value;
    if (asking.signal.aborted) throw new ChainUnavailable('no answer in time');
    convict(header, given, trusted);
    throw new BlockNotServed(
      `block ${header.height} is not signed: validators of more than two thirds of the weight of era ${header.eraId} are not known to have signed it`,
    );
  }

  /** Rule PROOF-4: above the switch block with which trust began no block is of 1.x. */
  function mayBeOlder({ height }: Pick<PinnedBlock, 'height'>): boolean {
    const from = signers.newest()?.anchor ?? parts.anchor;
    return from === null || height < from.height;
  }

  /** Where validators have signed another block at this height, this one is none of the chain: who gave it lies. */
  function convict({ hash, height }: ProvedHeader, given: readonly Given[], { eraId }: KnownSwitchBlock): void {
    const isSigned = ({ header }: Given): boolean => {
      const trusted = signers.known(header.eraId);
      return header.hash !== hash && trusted !== undefined && 'value' in signedShare(trusted, header, network);
    };
    if (!given.some(isSigned)) return;
    for (const { node, header } of given)
      if (header.hash === hash)
        node.bar(
          `gives block ${height} of era ${eraId + 1}, and validators have signed another one`,
          'chain_get_block',
        );
  }

  function sharing(block: PinnedBlock, asking: Asking): Promise<number | ProofReason> {
    const share = shareOf(block, asking).catch((error: unknown) => {
      if (error instanceof BlockNotServed) unsignedAt.set(block.hash, clock.steady());
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
    shares.get(block.hash) ?? sharing(block, { signal: abortIn(parts.attemptMs * attempts), prefer });

  const wasUnsigned = (hash: string): boolean =>
    clock.steady() - (unsignedAt.get(hash) ?? Number.NEGATIVE_INFINITY) < unsignedMs;

  async function byPolicy(share: Promise<number | ProofReason>): Promise<number | ProofReason> {
    try {
      return await share;
    } catch (error) {
      if (!(error instanceof ChainUnavailable)) throw error;
      // Before trust has begun nothing is refused.
      if (signers.newest() === undefined && parts.anchor === null) return 'no_trust';
      if (parts.unsigned === 'label') return 'unsigned';
      throw error;
    }
  }

  return {
    async signedShare(block, signal, prefer) {
      // Nodes are not asked again for each reading that is answered nevertheless.
      if (parts.unsigned === 'label' && wasUnsigned(block.hash)) return 'unsigned';
      return byPolicy(inTime(running(block, prefer), signal));
    },
    async mayBeOlder(block, signal) {
      // Trust begins with the first block that is asked for: what it begins with says from where on there is 2.x.
      if (parts.anchor === null)
        await inTime(running(block), signal).catch((error: unknown) => {
          if (!(error instanceof ChainUnavailable)) throw error;
        });
      return mayBeOlder(block);
    },
    async problem(block, signal) {
      try {
        const share = await inTime(running(block), signal);
        const why = 'most of the configured nodes do not agree on a switch block of 2.x';
        return share === 'no_trust' ? { code: 'no_trust', reason: why } : undefined;
      } catch (error) {
        if (!(error instanceof BlockNotServed)) throw error;
        return parts.unsigned === 'label' ? undefined : { code: 'not_signed', reason: error.message };
      }
    },
    async requireSigned(block, signal, prefer) {
      await byPolicy(inTime(shares.get(block.hash) ?? sharing(block, { signal, prefer }), signal));
    },
    async keep() {
      try {
        await signers.keep();
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error;
        log.warn('the trusted switch block could not be stored');
      }
    },
    hasRefused: (hash) => parts.unsigned === 'refuse' && wasUnsigned(hash),
  };
}

async function inTime<Value extends number | string>(found: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const value = await unlessAborted(found, signal);
  if (value === undefined) throw new ChainUnavailable('no answer in time');
  return value;
}
