import { unlessDefect } from '../../domain/errors.ts';
import { advance, signedShare } from '../proof/trust-chain.ts';
import {
  type Advancing,
  advanceTo,
  asKnown,
  type KnownSwitchBlock,
  type Naming,
  type NotReached,
  withSignatures,
} from './advance-trust.ts';

/**
 * Rule PROOF-3: the switch block that a block names, however far it is. Where too many eras lie between, nearer ones are trusted first, each
 * further from the one before where that has succeeded.
 */
export async function reachEra(
  block: Naming,
  from: KnownSwitchBlock,
  advancing: Advancing,
): Promise<KnownSwitchBlock | NotReached> {
  let known = from;
  for (let span = 1; ; ) {
    const isFar = block.eraId - known.eraId > advancing.mostEras;
    const reached = await advanceTo(block, known, isFar ? { ...advancing, mostEras: 0 } : advancing);
    if (!('refused' in reached) || reached.refused !== 'too_far') return reached;
    const nearer = await nearerThan(block, known, span, advancing);
    if (nearer === undefined) return reached;
    advancing.onStep(nearer);
    span = 2 * (nearer.height - known.height);
    known = nearer;
  }
}

/**
 * A switch block between a trusted one and a block, which those known have signed: about so many blocks above the trusted one. Within
 * the next era no block names one, so that the span is doubled; where one is named that those known have not signed, it is halved. undefined:
 * no node shows one. Nodes that make up blocks cannot make it long: only signed blocks lead up.
 */
async function nearerThan(
  { height }: Naming,
  known: KnownSwitchBlock,
  from: number,
  advancing: Advancing,
): Promise<KnownSwitchBlock | undefined> {
  const { blocks, network, asking } = advancing;
  let [low, high, span] = [known.height, height, from];
  while (high - low > 1) {
    const middle = low + Math.min(span, Math.floor((high - low) / 2));
    const given = await blocks.atHeight(middle, asking.signal);
    const headers = given.map(({ header }) => withSignatures(header, given));
    if (headers.some((header) => 'value' in signedShare(known, header, network))) {
      low = middle;
      span *= 2;
      continue;
    }
    const named = await signedOf(headers, known, advancing);
    if (named !== undefined) return named;
    high = middle;
  }
  return undefined;
}

/** Of the switch blocks that these blocks name, one that those known have signed. */
async function signedOf(
  headers: readonly Naming[],
  known: KnownSwitchBlock,
  { blocks, network, asking }: Advancing,
): Promise<KnownSwitchBlock | undefined> {
  for (const hash of new Set(headers.map(({ lastSwitchBlockHash }) => lastSwitchBlockHash))) {
    if (hash === null || hash === known.hash) continue;
    // One that no node shows keeps the others from nothing.
    const header = await blocks.byHash({ hash, olderBelow: known.height }, asking).catch(unlessDefect);
    const signed = header && asKnown(advance(known, header, network), header);
    if (signed !== undefined) return signed;
  }
  return undefined;
}
