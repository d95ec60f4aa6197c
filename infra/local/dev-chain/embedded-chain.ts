import type { Progress } from '../../../lib/domain/progress.ts';
import { type DevChain, type DevChainOptions, startDevChain } from './dev-chain.ts';
import { recordedExamples } from './recorded-examples.ts';

/** Goes on where stored data of the same chain has come to. */
export function resumeFrom(chain: DevChain, { head }: Progress): void {
  if (head !== null && head.height > chain.height() && head.height <= chain.lastHeight) chain.setHeight(head.height);
}

/** The dev chain, and the handlers' environment pointed at it wherever nothing else was asked for. */
export async function startEmbeddedChain(options: DevChainOptions = {}): Promise<DevChain> {
  const chain = await startDevChain(options);
  const { collections } = recordedExamples[options.recording ?? 'chain-a'];
  process.env.CASPER_RPC_URLS = chain.url;
  // Other nodes besides it are refused.
  delete process.env.CASPER_UPSTREAMS;
  process.env.CASPER_CHAIN_NAME ||= chain.chainName;
  // Its blocks are as old as the recording.
  process.env.ASTAKE_MAX_TIP_AGE_SECONDS ||= '0';
  process.env.ASTAKE_COLLECTIONS ||= JSON.stringify(collections);
  return chain;
}
