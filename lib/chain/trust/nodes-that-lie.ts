import type { FoundEvidence } from '../../domain/evidence.ts';
import type { Upstream } from '../pool/upstream.ts';
import type { ProvedHeader } from '../proof/block-proof.ts';
import { instant, shape } from '../rpc/json-shape.ts';
import { sentHeader } from '../state/evidence.ts';
import type { Given } from './signed-blocks.ts';

/** Rule PROOF-4: the block is none of the chain, so that the nodes that gave it, or reported it as their newest one, lie. */
export function barNodesThatLie(
  { hash }: Pick<ProvedHeader, 'hash'>,
  why: string,
  { given, nodes }: { readonly given: readonly Given[]; readonly nodes: readonly Upstream[] },
  evidence?: FoundEvidence,
): void {
  const reporting = nodes.filter((node) => node.reportedTip?.hash === hash || node.hasReported({ hash }));
  const giving = given.flatMap(({ node, header }) => (header.hash === hash ? [node] : []));
  for (const node of new Set([...reporting, ...giving])) node.bar(why, 'chain_get_block', evidence);
}

/** Validators have signed the other block of this height. */
export const otherBlockSigned = ({ hash, height, json }: ProvedHeader, signed: ProvedHeader): FoundEvidence => ({
  refuted: 'other_block',
  key: null,
  block: { height, hash, timestamp: instant(shape(json, 'a header').timestamp, 'a block timestamp') },
  expected: { of: 'block_hash', hash: signed.hash },
  sent: sentHeader(json),
});
