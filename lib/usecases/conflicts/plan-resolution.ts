import { type Conflict, disputedFields, needsReview } from '../../domain/conflict.ts';
import type { EntityDefinition } from '../../domain/entity.ts';
import { ChainUnavailable } from '../../domain/errors.ts';
import { testimonyOf } from '../../domain/judgement.ts';
import type { EntityRecord } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';
import { corroborate } from '../observing/corroborate.ts';
import type { Correcting } from './correct.ts';

/**
 * `take-chain` the record is corrected; `await-review` a person is to decide; `close` there is nothing left to decide;
 * `nothing` it is not open, or awaits a person already.
 */
export type Action = 'take-chain' | 'await-review' | 'close' | 'nothing';

export interface Plan {
  readonly action: Action;
  readonly reason: string;
  readonly conflict: Conflict;
  readonly correcting?: Correcting;
}

/** What is to be done with a conflict; `force`: also with one that awaits a review, if no person is needed for it any more. */
export async function planResolution(
  conflict: Conflict,
  { force, signal }: { readonly force: boolean; readonly signal: AbortSignal },
  service: Service,
): Promise<Plan> {
  const isOpen = conflict.status === 'open';
  if (conflict.status === 'resolved') return { action: 'nothing', reason: 'it is resolved', conflict };
  if (!isOpen && !force) return { action: 'nothing', reason: 'it awaits a review', conflict };
  const review = (reason: string, found: Conflict = conflict): Plan =>
    isOpen ? { action: 'await-review', reason, conflict: found } : { action: 'nothing', reason, conflict };

  const definition = service.definitions.get(conflict.ref.kind);
  if (definition === undefined) return review('all that rests on it is gone');
  const record = await service.records.get(conflict.ref);
  if (record?.conflict?.id !== conflict.id) return { action: 'close', reason: 'the record has moved on', conflict };
  if (needsReview(conflict)) return review(`a person is to see ${reviewed(conflict)} first`);

  const found = await hearNodes(conflict, record, definition, signal, service);
  if (found.disagree) return review('nodes disagree at its block', found.conflict);
  if (needsReview(found.conflict))
    return review(`a person is to see ${reviewed(found.conflict)} first`, found.conflict);
  const correcting = {
    definition,
    record,
    conflict: found.conflict,
    cause: 'resolution',
    actor: 'service',
    mayVanish: definition.whenAbsent === 'chain-wins',
    signal,
  } as const;
  return { action: 'take-chain', reason: 'the chain wins every field', conflict: found.conflict, correcting };
}

const reviewed = ({ fields }: Conflict): string =>
  fields.flatMap(({ field, resolution }) => (resolution === 'review' ? [field] : [])).join(', ');

/** The conflict with what the nodes say now. Where none can say any more, what was heard when it was opened stands. */
async function hearNodes(
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
  const heard = block && (await corroborate({ definition, ref: record.ref, record, block, signal }, service));
  if (heard === undefined || heard.judgement.verdict === 'unknown') {
    const wasTold = conflict.evidence.some(({ says }) => says === 'chain');
    if (!wasTold && conflict.class !== 'edited') throw new ChainUnavailable('no node can say who is right');
    return { conflict, disagree: conflict.class === 'nodes-disagree' };
  }
  const { judgement, statements, observed } = heard;
  const evidence = statements.map((statement) => testimonyOf(statement, databaseDigest, chainDigest));
  if (judgement.verdict !== 'refuted' || observed === undefined) {
    return { conflict: { ...conflict, evidence }, disagree: judgement.verdict === 'disagree' };
  }
  const fields = disputedFields(definition, record.value, observed.observation.value);
  return { conflict: { ...conflict, evidence, fields }, disagree: false };
}
