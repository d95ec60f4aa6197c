import type { PinnedBlock } from '../../domain/block.ts';
import { isEdited } from '../../domain/compare.ts';
import type { EntityDefinition } from '../../domain/entity.ts';
import { ChainUnavailable } from '../../domain/errors.ts';
import type { EntityRecord, Observation } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';
import { type Corroborated, corroborate } from '../observing/corroborate.ts';
import type { Observed } from '../observing/observe.ts';
import { disputeCollection } from './dispute-collection.ts';
import { openConflict } from './open-conflict.ts';

export interface Disputing {
  readonly definition: EntityDefinition;
  /** As it is stored, in no open dispute. */
  readonly record: EntityRecord;
  /** What contradicts it, and at which block. */
  readonly seen: Observation;
  readonly block: PinnedBlock;
  readonly verdict: 'conflict' | 'vanished';
  readonly signal: AbortSignal;
}

export type Disputed =
  /** Its conflict is open, and the record marked. `observed`: what most nodes say at the block of what was seen. */
  | { readonly outcome: 'open'; readonly record: EntityRecord; readonly observed: Observed | undefined }
  /** What it rests on is gone, and so is all that rests on that: one conflict for all of them, and no record is marked. */
  | { readonly outcome: 'collection-gone'; readonly id: string }
  /** A person has said that it is gone for good: the absence is to be saved. */
  | { readonly outcome: 'absence-accepted' }
  /** What was seen is not so: this is, by the word of most nodes. */
  | { readonly outcome: 'borne-out'; readonly observed: Observed }
  /** Another writer has changed the record meanwhile. */
  | { readonly outcome: 'moved' }
  /** Nobody can tell who is right: nothing is opened. */
  | { readonly outcome: 'unverifiable' };

const untold: Corroborated = { judgement: { verdict: 'untold' }, statements: [], observed: undefined };

/**
 * A record and what was seen contradict each other: finds out who is right, and opens a conflict where it is not the
 * record. A row that was written behind our back is in conflict whoever is right.
 */
export async function dispute(disputing: Disputing, service: Service): Promise<Disputed> {
  const { definition, record, seen, verdict } = disputing;
  const gone = verdict === 'vanished' ? vanishedBasis(record, seen) : undefined;
  if (gone !== undefined) return disputeCollection(gone, disputing, service);

  const { judgement, statements, observed } = await evidenceOf(disputing, service);
  const edited = isEdited(record);
  if (judgement.verdict === 'untold') service.metrics.count('Unverifiable');
  if (judgement.verdict === 'untold' && !edited) return { outcome: 'unverifiable' };
  if (observed !== undefined && !edited && speaksForRecord(disputing, judgement.verdict, observed)) {
    return { outcome: 'borne-out', observed };
  }
  const disagree = judgement.verdict === 'disagree';
  const chainValue = judgement.verdict === 'convicted' && observed ? observed.observation.value : seen.value;
  const opening = {
    definition,
    record,
    class: disagree ? 'nodes-disagree' : edited ? 'edited' : chainValue === null ? 'vanished' : 'value',
    chainValue,
    statements,
  } as const;
  const marked = await openConflict(opening, service);
  if (marked === undefined) return { outcome: 'moved' };
  const isOfBlock = observed?.observation.block.height === seen.block.height;
  return { outcome: 'open', record: marked, observed: isOfBlock ? observed : undefined };
}

/** Whether the majority leaves nothing of the contradiction. */
const speaksForRecord = ({ verdict }: Disputing, majority: string, { observation }: Observed): boolean =>
  verdict === 'vanished' ? observation.value !== null : majority === 'borne-out';

/** At the record's own block, or at the one where it is said to have vanished. */
async function evidenceOf({ verdict, ...disputing }: Disputing, service: Service): Promise<Corroborated> {
  const { record, signal } = disputing;
  const asked = { ...disputing, ref: record.ref };
  if (verdict === 'vanished') return corroborate(asked, service);
  try {
    const block = await service.chain.blockOf(record.block.hash, signal);
    return await corroborate({ ...asked, block }, service);
  } catch (error) {
    if (error instanceof ChainUnavailable) return untold;
    throw error;
  }
}

/** Shared state that was there when the record was read, and is not any more: a contract without its dictionaries. */
function vanishedBasis(record: EntityRecord, seen: Observation): string | undefined {
  const dependency = record.bases.filter(({ joined }) => joined !== undefined);
  return dependency.find(({ name }) => seen.bases.some((basis) => basis.name === name && basis.joined === undefined))
    ?.name;
}
