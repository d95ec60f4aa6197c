import { BlockNotServed, InvalidRequest, UnusableAnswer } from '../../domain/errors.ts';
import type { FullProof, SignedHeader } from '../../domain/full-proof.ts';
import type { ProvedHeader } from '../proof/block-proof.ts';
import { claimedWeight, isFinal, totalWeight, type Weights, weightOf } from '../proof/finality.ts';
import { fromAnchor, type TrustedSwitchBlock, weightShare } from '../proof/trust-chain.ts';
import { advanceTo, asKnown, type KnownSwitchBlock, withSignatures } from './advance-trust.ts';
import type { Asking, SignedBlocks } from './signed-blocks.ts';

export interface TrustWay extends Pick<FullProof, 'block' | 'switchBlocks'> {
  /** The share of the era's weight that has signed the block. */
  readonly weight: number;
}

export interface WayParts {
  readonly blocks: SignedBlocks;
  readonly network: string;
  readonly asking: Asking;
}

/** How many eras are looked at on the way: a day has twelve. */
const mostEras = 64;

/**
 * Rule PROOF-5: the block with its signatures, and the switch blocks from the one at the height `anchor` to the one that names the
 * validators of the block's era: as few as lead there. Left out, the anchor is that one itself. Signatures that no caller needs are left
 * out. Throws InvalidRequest, UnusableAnswer for a block of 1.x, ChainUnavailable.
 */
export async function trustWay(hash: string, anchor: number | undefined, parts: WayParts): Promise<TrustWay> {
  const block = await headerOf(hash, parts);
  const { lastSwitchBlockHash: last } = block;
  if (last === null) throw new UnusableAnswer('value_unreadable', 'no switch block names who signs the first block');
  const first = anchor === undefined ? await headerOf(last, parts) : await switchBlockAt(anchor, last, parts);
  const known = asKnown(fromAnchor(first, first), first);
  if (known === undefined) throw wrongAnchor(`block ${first.height} is no switch block`);
  const steps = await stepsTo(block, known, parts);
  const trusted = steps.at(-1)?.trusted ?? known;
  const signed = await signedBy(block, trusted, parts);
  return {
    block: signed,
    switchBlocks: [signedHeader(first, []), ...steps.map(({ header }) => header)],
    weight: weightShare(claimedWeight(signed, trusted.nextWeights), totalWeight(trusted.nextWeights)),
  };
}

interface WayStep {
  readonly header: SignedHeader;
  readonly trusted: TrustedSwitchBlock;
}

async function stepsTo(block: ProvedHeader, first: KnownSwitchBlock, parts: WayParts): Promise<readonly WayStep[]> {
  const seen = new Map<string, ProvedHeader>();
  const way: TrustedSwitchBlock[] = [];
  const blocks: SignedBlocks = {
    ...parts.blocks,
    async byHash({ hash }) {
      const header = seen.get(hash) ?? (await headerOf(hash, parts));
      seen.set(hash, header);
      return header;
    },
  };
  const onStep = (known: KnownSwitchBlock): void => void way.push(known);
  const reached = await advanceTo(block, first, { ...parts, blocks, mostEras, onStep });
  if ('refused' in reached)
    throw wrongAnchor(
      reached.refused === 'too_far'
        ? `is more than ${mostEras} eras below the block: take a newer one`
        : 'leads to no block of today: it is on no chain that validators have signed',
    );
  const steps: WayStep[] = [];
  for (let known: TrustedSwitchBlock = first, at = 0; at < way.length; ) {
    const step = await furthestStep(known, way.slice(at), seen, parts);
    steps.push(step);
    known = step.trusted;
    at = way.indexOf(known) + 1;
  }
  return steps;
}

/** The way goes on step by step once it has begun: most of its blocks can be skipped too. The first one cannot be refused. */
async function furthestStep(
  { nextWeights }: TrustedSwitchBlock,
  way: readonly TrustedSwitchBlock[],
  seen: ReadonlyMap<string, ProvedHeader>,
  parts: WayParts,
): Promise<WayStep> {
  const step = (trusted: TrustedSwitchBlock, signed: SignedHeader): WayStep => ({
    header: justEnough(signed, nextWeights),
    trusted,
  });
  for (const trusted of way.slice(1).reverse()) {
    const header = seen.get(trusted.hash) as ProvedHeader;
    // Before any signature is verified: most are sound.
    if (!suffices(header, nextWeights)) continue;
    const signed = counting(header, nextWeights, parts.network);
    if (suffices(signed, nextWeights)) return step(trusted, signed);
  }
  const [next] = way as readonly [TrustedSwitchBlock];
  return step(next, await signedBy(seen.get(next.hash) as ProvedHeader, { nextWeights }, parts));
}

async function switchBlockAt(height: number, last: string, parts: WayParts): Promise<ProvedHeader> {
  const { height: highest } = await headerOf(last, parts);
  if (height > highest) throw wrongAnchor(`is above block ${highest}, the switch block that names who signs the block`);
  if (height === highest) return headerOf(last, parts);
  const [given] = await parts.blocks.atHeight(height, parts.asking.signal);
  if (given === undefined) throw new BlockNotServed(`no node has block ${height}`);
  return given.header;
}

async function headerOf(hash: string, { blocks, asking }: WayParts): Promise<ProvedHeader> {
  const header = await blocks.byHash({ hash }, asking);
  if (header !== undefined) return header;
  throw new UnusableAnswer('value_unreadable', 'a block of 1.x has no form that can be proved here');
}

/** With all signatures of validators that count, each once. Throws BlockNotServed where they do not suffice. */
async function signedBy(
  header: ProvedHeader,
  { nextWeights }: Pick<TrustedSwitchBlock, 'nextWeights'>,
  { blocks, network, asking }: WayParts,
): Promise<SignedHeader> {
  const own = counting(header, nextWeights, network);
  if (suffices(own, nextWeights)) return own;
  const given = await blocks.atHeight(header.height, asking.signal);
  const joined = counting(withSignatures(header, given), nextWeights, network);
  if (suffices(joined, nextWeights)) return joined;
  throw new BlockNotServed(
    `block ${header.height} is not signed yet by validators of more than two thirds of the weight`,
  );
}

function counting(header: ProvedHeader, weights: Weights, network: string): SignedHeader {
  const signers = new Map<string, { readonly publicKey: string; readonly signature: string }>();
  for (const one of header.signatures) {
    const { publicKey } = one;
    const isNew = !signers.has(publicKey) && (weights.get(publicKey) ?? 0n) > 0n;
    if (isNew && weightOf({ ...header, signatures: [one] }, weights, network) > 0n) signers.set(publicKey, one);
  }
  return signedHeader(header, [...signers.values()]);
}

/** The heaviest, until they suffice. */
function justEnough(signed: SignedHeader, weights: Weights): SignedHeader {
  const weightFor = ({ publicKey }: { readonly publicKey: string }): bigint => weights.get(publicKey) ?? 0n;
  const signatures: SignedHeader['signatures'][number][] = [];
  for (const one of [...signed.signatures].sort((a, b) => Number(weightFor(b) - weightFor(a)))) {
    if (suffices({ signatures }, weights)) break;
    signatures.push(one);
  }
  return { ...signed, signatures };
}

const suffices = (signed: Pick<SignedHeader, 'signatures'>, weights: Weights): boolean =>
  isFinal(claimedWeight(signed, weights), totalWeight(weights));

const signedHeader = ({ hash, json }: ProvedHeader, signatures: SignedHeader['signatures']): SignedHeader => ({
  hash,
  header: json,
  signatures,
});

const wrongAnchor = (message: string): InvalidRequest => new InvalidRequest([{ path: 'anchor', message }]);
