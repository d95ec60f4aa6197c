import { type DevChain, type DevChainOptions, startDevChain } from './dev-chain/dev-chain.ts';
import { recordedExamples } from './recorded-examples.ts';

/** The dev chain, and the handlers' environment pointed at it wherever nothing else was asked for. */
export async function startEmbeddedChain(options: DevChainOptions = {}): Promise<DevChain> {
  const chain = await startDevChain(options);
  const { collections } = recordedExamples[options.recording ?? 'chain-a'];
  process.env.CASPER_RPC_URLS = chain.url;
  process.env.CASPER_CHAIN_NAME ??= chain.chainName;
  // Its blocks are as old as the recording.
  process.env.ASTAKE_MAX_TIP_AGE_SECONDS ??= '0';
  process.env.ASTAKE_COLLECTIONS ??= JSON.stringify(collections);
  return chain;
}
