import type { Progress } from '../../../lib/domain/progress.ts';
import { type DevChain, type DevChainOptions, startDevChain } from './dev-chain.ts';
import { recordedExamples } from './recorded-examples.ts';
import type { RecordingName } from './recording.ts';

/** Moves the chain to the height that the stored data has reached. After a rewind the cursor may be above the head. */
export function resumeFrom(chain: DevChain, { head, cursor }: Progress): void {
  const reached = Math.max(head?.height ?? 0, cursor?.height ?? 0);
  if (reached > chain.height() && reached <= chain.lastHeight) chain.setHeight(reached);
}

/** Starts the dev chain and points the handlers' environment variables to it. Other variables keep the values that they have. */
export async function startEmbeddedChain(
  options: Omit<DevChainOptions, 'recording'> & { readonly recording?: RecordingName } = {},
): Promise<DevChain> {
  const chain = await startDevChain(options);
  const { collections } = recordedExamples[options.recording ?? 'chain-a'];
  process.env.CASPER_RPC_URLS = chain.url;
  // The configuration accepts only one of the two variables.
  delete process.env.CASPER_UPSTREAMS;
  process.env.CASPER_CHAIN_NAME ||= chain.chainName;
  // The blocks are as old as the recording, so the age of the tip is not checked.
  process.env.ASTAKE_MAX_TIP_AGE_SECONDS ||= '0';
  // Nothing of a recording without proofs can be proved.
  process.env.ASTAKE_PROVE_PERCENT ||= chain.hasProofs ? '100' : '0';
  // No validator has signed the blocks that are made of what is submitted here.
  process.env.ASTAKE_UNSIGNED ||= 'label';
  if (chain.hasProofs) process.env.ASTAKE_ANCHOR ||= `0:${chain.genesisHash}`;
  process.env.ASTAKE_COLLECTIONS ||= JSON.stringify(collections);
  return chain;
}
