import type { FoundEvidence } from '../../domain/evidence.ts';
import type { ProvedHeader } from '../proof/block-proof.ts';
import { instant, shape } from '../rpc/json-shape.ts';
import { sentHeader } from '../state/evidence.ts';
import type { Given } from './signed-blocks.ts';

/** Rule PROOF-4: where validators have signed another block at this height, this one is none of the chain: who gave it lies. */
export function barNodesThatLie(
  { hash, height, eraId, json }: ProvedHeader,
  given: readonly Given[],
  isSigned: (header: ProvedHeader) => boolean,
): void {
  const signed = given.find(({ header }) => header.hash !== hash && isSigned(header));
  if (signed === undefined) return;
  const why = `gives block ${height} of era ${eraId}, and validators have signed another one`;
  const timestamp = instant(shape(json, 'a header').timestamp, 'a block timestamp');
  const evidence: FoundEvidence = {
    refuted: 'other_block',
    key: null,
    block: { height, hash, timestamp },
    expected: { of: 'block_hash', hash: signed.header.hash },
    sent: sentHeader(json),
  };
  for (const { node, header } of given) if (header.hash === hash) node.bar(why, 'chain_get_block', evidence);
}
