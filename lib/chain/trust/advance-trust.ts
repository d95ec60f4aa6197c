import type { ProvedHeader } from '../proof/block-proof.ts';
import { advance, type TrustedSwitchBlock, type Trusting } from '../proof/trust-chain.ts';
import type { Asking, Given, SignedBlocks } from './signed-blocks.ts';

/** A trusted switch block, with the hash of the switch block below it. */
export interface KnownSwitchBlock extends TrustedSwitchBlock {
  readonly below: string | null;
}

/** undefined: it is not trusted. */
export const asKnown = (
  trusting: Trusting<TrustedSwitchBlock>,
  { lastSwitchBlockHash: below }: Pick<ProvedHeader, 'lastSwitchBlockHash'>,
): KnownSwitchBlock | undefined => ('value' in trusting ? { ...trusting.value, below } : undefined);

export interface Advancing {
  readonly blocks: SignedBlocks;
  readonly network: string;
  readonly asking: Asking;
  /** So many eras are gone down at most, below the newest switch block. */
  readonly mostEras: number;
  /** Called with each switch block that is trusted on the way: what was reached is kept, whatever comes later. */
  readonly onStep: (known: KnownSwitchBlock) => void;
}

/** A block of whatever kind, which names the newest switch block below it. */
export type Naming = Pick<ProvedHeader, 'hash' | 'height' | 'eraId' | 'lastSwitchBlockHash'>;

/** Why the switch block that a block names is not trusted. */
export type NotReached =
  /** It is none of the chain that is trusted: no honest node has such a block. */
  | { readonly refused: 'no_chain'; readonly why: string }
  /** The way leads to this switch block of the next era, and those known have not signed it, as far as nodes have given signatures. */
  | { readonly refused: 'not_signed'; readonly at: Naming; readonly given: readonly Given[] }
  /** Too many eras lie between, or nodes do not show them. */
  | { readonly refused: 'too_far' };

/**
 * Rule PROOF-3: trusts the switch block that a block names, from one that is trusted. As many eras as possible are skipped: each switch
 * block names the one below it, and the newest that known validators of more than two thirds of the weight have signed comes first. Each is
 * of the era before, so that the way has an end, whatever nodes make up.
 */
export async function advanceTo(
  block: Naming,
  from: KnownSwitchBlock,
  advancing: Advancing,
): Promise<KnownSwitchBlock | NotReached> {
  let known = from;
  /** Each names the next one. No more of them is kept: whole headers may be large. */
  const above = [block];
  for (let naming: Naming | undefined = block; naming !== undefined; naming = above.at(-1)) {
    const why = whyNoChain(naming, known);
    if (why !== undefined) return noChain(naming, why);
    if (naming.lastSwitchBlockHash !== known.hash) {
      const header = await switchBlockOf(naming, known, advancing);
      if ('refused' in header) return header;
      const trusted = await trustedFrom(known, header, advancing);
      if (trusted === undefined && above.length > advancing.mostEras) return { refused: 'too_far' };
      if (trusted === undefined) {
        above.push(namingOf(header));
        continue;
      }
      if ('refused' in trusted) return trusted;
      known = trusted;
      advancing.onStep(known);
    }
    above.pop();
  }
  return known;
}

function whyNoChain(
  { height, eraId, lastSwitchBlockHash: named }: Naming,
  known: KnownSwitchBlock,
): string | undefined {
  if (eraId <= known.eraId || height <= known.height)
    return `is not above block ${known.height}, the last one of era ${known.eraId}`;
  if ((named === known.hash) === (eraId === known.eraId + 1)) return undefined;
  const verb = named === known.hash ? 'names' : 'does not name';
  return `${verb} block ${known.height} of era ${known.eraId} as the last one of the era before`;
}

/** The one that a block names: of the era before. */
async function switchBlockOf(
  naming: Naming,
  known: KnownSwitchBlock,
  { blocks, asking }: Advancing,
): Promise<ProvedHeader | NotReached> {
  const { height, eraId, lastSwitchBlockHash: hash } = naming;
  if (hash === null) return noChain(naming, 'names no switch block');
  const header = await blocks.byHash({ hash, olderBelow: known.height }, asking);
  // Nodes give it in the form of 1.x alone, where no hash is checked: it says nothing of the block, nor of who gave that one.
  if (header === undefined) return { refused: 'too_far' };
  if (header.nextWeights === null) return noChain(naming, `names block ${header.height}, which is no switch block`);
  if (header.eraId === eraId - 1 && header.height < height && header.height > known.height) return header;
  return noChain(naming, `names block ${header.height} of era ${header.eraId} as the last one of the era before`);
}

/** undefined: those known have not signed it, and may have signed one below it. */
async function trustedFrom(
  known: KnownSwitchBlock,
  header: ProvedHeader,
  { blocks, network, asking }: Advancing,
): Promise<KnownSwitchBlock | NotReached | undefined> {
  const trust = (given: ProvedHeader): Trusting<TrustedSwitchBlock> => advance(known, given, network);
  const own = asKnown(trust(header), header);
  if (own !== undefined) return own;
  if (header.eraId > known.eraId + 1) return undefined;
  const at = namingOf(header);
  const why = whyNoChain(at, known);
  if (why !== undefined) return noChain(at, why);
  // No era is left to be skipped: other nodes may have signatures that this one lacks.
  const given = await blocks.atHeight(header.height, asking.signal);
  return asKnown(trust(withSignatures(header, given)), header) ?? { refused: 'not_signed', at, given };
}

const namingOf = ({ hash, height, eraId, lastSwitchBlockHash }: ProvedHeader): Naming => ({
  hash,
  height,
  eraId,
  lastSwitchBlockHash,
});

const noChain = ({ height, eraId }: Naming, why: string): NotReached => ({
  refused: 'no_chain',
  why: `block ${height} of era ${eraId} ${why}`,
});

/** With what other nodes have of the same block. A signature that does not hold keeps no other one from counting. */
export const withSignatures = (header: ProvedHeader, given: readonly Given[]): ProvedHeader => ({
  ...header,
  signatures: [header, ...given.flatMap((one) => (one.header.hash === header.hash ? [one.header] : []))].flatMap(
    ({ signatures }) => signatures,
  ),
});
