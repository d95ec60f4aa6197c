import { type EntityRef, refKey } from '../../lib/domain/entity.ts';
import { defaultReadOptions } from '../../lib/domain/freshness.ts';
import { provedReply } from '../../lib/runtime/full-proof-answer.ts';
import { lookupProved } from '../../lib/usecases/reading/lookup-proved.ts';
import type { ProofAnchor } from '../../lib/verify/index.ts';
import { chainName, recording } from '../chain/proof/recorded.ts';
import { lacking } from '../support/lacking.ts';
import { recordedTruth } from '../support/recorded-truth.ts';
import type { TestService } from '../support/service.ts';

export const truth = recordedTruth('chain-e');

// biome-ignore lint/suspicious/noExplicitAny: an answer that tests change
export type Body = any;

/** The body of an answer with `?proof=full`, as a caller has it. */
export async function provedAnswer({ service }: TestService, ref: EntityRef, anchor?: number): Promise<Body> {
  const found = await lookupProved(ref, { anchor, options: defaultReadOptions }, service);
  const { status, body } = provedReply(found, 'a-request', service.config, {});
  if (status !== 200) throw new Error(`${refKey(ref)}: ${JSON.stringify(body)}`);
  return JSON.parse(JSON.stringify(body));
}

/** Every switch block of the recording. */
export const switchBlocks: readonly ProofAnchor[] = recording.blocks
  .filter(({ header }) => header.era_end !== null)
  .map(({ hash, header }) => ({ chainName, height: header.height, hash }));

/** The one that names who signs the block at this height. */
export const anchorBelow = (height: number): ProofAnchor =>
  switchBlocks.findLast((block) => block.height < height) ?? lacking();

export const stakerAt = (height: number): string =>
  truth.accounts.find(({ id }) => (truth.staking(id, height)?.delegations as [] | undefined)?.length)?.id ?? lacking();
