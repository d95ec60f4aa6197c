import { type Conflict, disputedFields, needsReview } from '../../domain/conflict.ts';
import type { EntityDefinition } from '../../domain/entity.ts';
import { ChainUnavailable } from '../../domain/errors.ts';
import { testimonyOf } from '../../domain/judgement.ts';
import type { EntityRecord } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';
import { corroborate } from '../observing/corroborate.ts';
import type { CorrectionRequest } from './correct.ts';

/**
 * `take-chain`: the record is corrected; `await-review`: a person decides; `close`: nothing is left to decide;
 * `nothing`: the conflict is resolved, or already awaits a review.
 */
export type Action = 'take-chain' | 'await-review' | 'close' | 'nothing';

export interface Plan {
  readonly action: Action;
  readonly reason: string;
  readonly conflict: Conflict;
  readonly correction?: CorrectionRequest;
}

/** Decides what to do with a conflict. `force`: also with one that awaits a review, if it needs no person any more. */
export async function planResolution(
  conflict: Conflict,
  { force, signal }: { readonly force: boolean; readonly signal: AbortSignal },
  service: Service,
): Promise<Plan> {
  const isOpen = conflict.status === 'open';
  if (conflict.status === 'resolved') return { action: 'nothing', reason: 'the conflict is resolved', conflict };
  if (!isOpen && !force) return { action: 'nothing', reason: 'the conflict awaits a review', conflict };
  const review = (reason: string, found: Conflict = conflict): Plan =>
    isOpen ? { action: 'await-review', reason, conflict: found } : { action: 'nothing', reason, conflict };

  const definition = service.definitions.get(conflict.ref.kind);
  if (definition === undefined) return review('shared state that records depend on is gone');
  const record = await service.records.get(conflict.ref);
  if (record?.conflict?.id !== conflict.id) {
    return { action: 'close', reason: 'the record is not in this conflict any more', conflict };
  }
  if (needsReview(conflict)) return review(mustReview(conflict));

  const found = await askNodes(conflict, record, definition, signal, service);
  if (found.disagree) return review("the nodes disagree at the record's block", found.conflict);
  if (needsReview(found.conflict)) return review(mustReview(found.conflict), found.conflict);
  const correction = {
    definition,
    record,
    conflict: found.conflict,
    cause: 'resolution',
    actor: 'service',
    mayVanish: definition.whenAbsent === 'chain-wins',
    signal,
  } as const;
  return { action: 'take-chain', reason: 'the chain wins every field', conflict: found.conflict, correction };
}

function mustReview({ fields }: Conflict): string {
  const names = fields.flatMap(({ field, resolution }) => (resolution === 'review' ? [field] : []));
  return `a person must review ${names.join(', ')} first`;
}

/** The conflict with the nodes' present answers. Where no node answers, the answers from its opening stand. */
async function askNodes(
  conflict: Conflict,
  record: EntityRecord,
  definition: EntityDefinition,
  signal: AbortSignal,
  service: Service,
): Promise<{ readonly conflict: Conflict; readonly disagree: boolean }> {
  const { chainDigest, databaseDigest } = conflict;
  const block = await service.chain.blockOf(record.block.hash, signal).catch((error: unknown) => {
    if (!(error instanceof ChainUnavailable) || signal.aborted) throw error;
    return undefined;
  });
  const answers = block && (await corroborate({ definition, ref: record.ref, record, block, signal }, service));
  if (answers === undefined || answers.judgement.verdict === 'unknown') {
    const hasEvidence = conflict.evidence.some(({ says }) => says === 'chain');
    if (!hasEvidence && conflict.class !== 'edited') throw new ChainUnavailable('no node says who is right');
    return { conflict, disagree: conflict.class === 'nodes-disagree' };
  }
  const { judgement, statements, observed } = answers;
  const evidence = statements.map((statement) => testimonyOf(statement, databaseDigest, chainDigest));
  if (judgement.verdict !== 'refuted' || observed === undefined) {
    return { conflict: { ...conflict, evidence }, disagree: judgement.verdict === 'disagree' };
  }
  const { value, proof } = observed.observation;
  const fields = disputedFields(definition, record.value, value);
  return { conflict: { ...conflict, evidence, fields, ...(proof !== undefined && { proof }) }, disagree: false };
}
