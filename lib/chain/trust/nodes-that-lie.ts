import type { ProvedHeader } from '../proof/block-proof.ts';
import type { Given } from './signed-blocks.ts';

/** Rule PROOF-4: where validators have signed another block at this height, this one is none of the chain: who gave it lies. */
export function barNodesThatLie(
  { hash, height, eraId }: ProvedHeader,
  given: readonly Given[],
  isSigned: (header: ProvedHeader) => boolean,
): void {
  if (!given.some(({ header }) => header.hash !== hash && isSigned(header))) return;
  const why = `gives block ${height} of era ${eraId}, and validators have signed another one`;
  for (const { node, header } of given) if (header.hash === hash) node.bar(why, 'chain_get_block');
}
