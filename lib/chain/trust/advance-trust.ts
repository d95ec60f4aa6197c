import type { ProvedHeader } from '../proof/block-proof.ts';
import { advance, type TrustedSwitchBlock, type Trusting } from '../proof/trust-chain.ts';
import type { Asking, Given, SignedBlocks } from './signed-blocks.ts';

/** A trusted switch block, with the hash of the switch block below it. */
export interface KnownSwitchBlock extends TrustedSwitchBlock {
  readonly below: string | null;
}

export interface Advancing {
  readonly blocks: SignedBlocks;
  readonly network: string;
  readonly asking: Asking;
  /** Called with each switch block that is trusted on the way: what was reached is kept, whatever comes later. */
  readonly onStep: (known: KnownSwitchBlock) => void;
}

/**
 * Rule PROOF-3: trusts the switch block `target`, from one that is trusted. As many eras as possible are skipped: each switch block names
 * the one below it, and the newest that known validators of more than two thirds of the weight have signed comes first. False
 * where one of them is not signed so.
 */
export async function advanceTo(target: string, from: KnownSwitchBlock, advancing: Advancing): Promise<boolean> {
  const { blocks, asking, onStep } = advancing;
  let known = from;
  const ahead: ProvedHeader[] = [];
  let hash: string | null = target;
  while (hash !== null && hash !== known.hash) {
    const header: ProvedHeader | undefined =
      ahead.at(-1)?.hash === hash ? ahead.at(-1) : await blocks.byHash({ hash }, asking);
    // Below what is trusted there is another chain.
    if (header === undefined || header.height <= known.height) return false;
    if (header !== ahead.at(-1)) ahead.push(header);
    const trusted = await trustedFrom(known, header, advancing);
    if (trusted === undefined) {
      hash = header.lastSwitchBlockHash;
      continue;
    }
    known = trusted;
    onStep(known);
    ahead.pop();
    hash = ahead.at(-1)?.hash ?? known.hash;
  }
  return hash !== null && ahead.length === 0;
}

async function trustedFrom(
  known: KnownSwitchBlock,
  header: ProvedHeader,
  { blocks, network, asking }: Advancing,
): Promise<KnownSwitchBlock | undefined> {
  const trust = (given: ProvedHeader): Trusting<TrustedSwitchBlock> => advance(known, given, network);
  let trusting = trust(header);
  // No era is left to be skipped: other nodes may have signatures that this one lacks.
  if ('refused' in trusting && header.eraId === known.eraId + 1)
    trusting = trust(withSignatures(header, await blocks.atHeight(header.height, asking.signal)));
  return 'value' in trusting ? { ...trusting.value, below: header.lastSwitchBlockHash } : undefined;
}

/** With what other nodes have of the same block. A signature that does not hold keeps no other one from counting. */
export const withSignatures = (header: ProvedHeader, given: readonly Given[]): ProvedHeader => ({
  ...header,
  signatures: [header, ...given.flatMap((one) => (one.header.hash === header.hash ? [one.header] : []))].flatMap(
    ({ signatures }) => signatures,
  ),
});
