import { ChainUnavailable, unlessDefect } from '../../domain/errors.ts';
import type { ProofReason } from '../../domain/proof.ts';
import type { Upstreams } from '../pool/upstreams.ts';
import type { ProvedHeader } from '../proof/block-proof.ts';
import { signedShare } from '../proof/trust-chain.ts';
import { type KnownSwitchBlock, type Naming, type NotReached, withSignatures } from './advance-trust.ts';
import type { FindingSigners, KnownSigners } from './known-signers.ts';
import { barNodesThatLie, otherBlockSigned } from './nodes-that-lie.ts';
import { NotSigned } from './not-signed.ts';
import type { Given, SignedBlocks } from './signed-blocks.ts';

export interface ShareOfBlockParts {
  readonly signers: Pick<KnownSigners, 'of'>;
  readonly blocks: SignedBlocks;
  readonly upstreams: Pick<Upstreams, 'trusted'>;
  readonly network: string;
}

/**
 * Rule PROOF-4: the share of the era's weight that is known to have signed a block, or why that is not known. Throws ChainUnavailable:
 * NotSigned where nodes have answered, and bars those that lied.
 */
export function createShareOfBlock({ signers, blocks, upstreams, network }: ShareOfBlockParts) {
  return async function shareOfBlock(header: ProvedHeader, asking: FindingSigners): Promise<number | ProofReason> {
    const trusted = await signersOf(header, asking);
    if (typeof trusted === 'string') return trusted;
    const own = signedShare(trusted, header, network);
    if ('value' in own) return own.value;
    const given = await blocks.atHeight(header.height, asking.signal);
    const joined = signedShare(trusted, withSignatures(header, given), network);
    if ('value' in joined) return joined.value;
    inTime(asking);
    await refuseForAnother(header, header, given, { ...asking, isNearOnly: true });
    throw new NotSigned(
      `block ${header.height} is not signed: validators of more than two thirds of the weight of era ${header.eraId} are not known to have signed it`,
    );
  };

  async function signersOf(header: ProvedHeader, asking: FindingSigners) {
    const near = await signers.of(header, { ...asking, isNearOnly: true });
    if (!isRefused(near)) return near;
    if (near.refused !== 'too_far') return refuse(header, near, asking);
    // Before eras are gone through one by one: a node can make up any number of them.
    const given = await blocks.atHeight(header.height, asking.signal);
    await refuseForAnother(header, header, given, { ...asking, isNearOnly: true });
    const far = await signers.of(header, asking);
    if (!isRefused(far)) return far;
    if (far.refused === 'too_far') await refuseForAnother(header, header, given, asking);
    return refuse(header, far, asking);
  }

  async function refuse(header: ProvedHeader, refused: NotReached, asking: FindingSigners): Promise<never> {
    inTime(asking);
    if (refused.refused === 'no_chain') barNodesThatLie(header, refused.why, await whoGave(header, asking));
    if (refused.refused === 'not_signed') await refuseForAnother(header, refused.at, refused.given, asking);
    const why = refused.refused === 'no_chain' ? refused.why : 'its switch block is not signed by those known';
    throw new NotSigned(`the validators of era ${header.eraId} are not known: ${why}`);
  }

  /**
   * Where validators have signed another block at the height of one that is on the way to this block, or of this block itself, this one is
   * none of the chain.
   */
  async function refuseForAnother(
    header: ProvedHeader,
    { hash, height, eraId }: Pick<Naming, 'hash' | 'height' | 'eraId'>,
    given: readonly Given[],
    asking: FindingSigners,
  ): Promise<void> {
    const others = new Map(given.map((one) => [one.header.hash, one.header]));
    others.delete(hash);
    for (const other of others.values()) {
      if (!(await isSigned(withSignatures(other, given), asking))) continue;
      const why = `gives block ${height} of era ${eraId}, and validators have signed another one`;
      if (hash === header.hash) {
        const evidence = otherBlockSigned(header, other);
        barNodesThatLie(header, why, { given, nodes: upstreams.trusted() }, evidence);
      } else {
        const below = given.find((one) => one.header.hash === hash)?.header;
        if (below !== undefined) barNodesThatLie(below, why, { given, nodes: [] }, otherBlockSigned(below, other));
        barNodesThatLie(header, why, await whoGave(header, asking));
      }
      throw new NotSigned(
        `block ${header.height} is none of the chain: validators have signed another block ${height}`,
      );
    }
  }

  async function isSigned(header: ProvedHeader, asking: FindingSigners): Promise<boolean> {
    const trusted = await signers.of(header, asking).catch(unlessDefect);
    if (trusted === undefined || typeof trusted === 'string' || isRefused(trusted)) return false;
    return 'value' in signedShare(trusted, header, network);
  }

  async function whoGave({ height }: ProvedHeader, { signal }: FindingSigners) {
    return { given: await blocks.atHeight(height, signal), nodes: upstreams.trusted() };
  }
}

type Found = KnownSwitchBlock | NotReached | ProofReason;
const isRefused = (found: Found): found is NotReached => typeof found !== 'string' && 'refused' in found;

function inTime({ signal }: FindingSigners): void {
  if (signal.aborted) throw new ChainUnavailable('no answer in time');
}
