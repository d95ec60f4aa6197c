import { blockRef, type PinnedBlock } from '../../domain/block.ts';
import { isEdited } from '../../domain/compare.ts';
import { type Dispute, openedConflict } from '../../domain/conflict.ts';
import { digestOf } from '../../domain/digest.ts';
import type { EntityDefinition } from '../../domain/entity.ts';
import { ChainUnavailable } from '../../domain/errors.ts';
import { testimonyOf } from '../../domain/judgement.ts';
import type { EntityRecord, Observation } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';
import { type Corroborated, corroborate } from '../observing/corroborate.ts';
import type { Observed } from '../observing/observe.ts';
import { basisRef } from '../process/snapshots.ts';
import { noteOpened, openConflict } from './open-conflict.ts';

export interface DisputeRequest {
  readonly definition: EntityDefinition;
  /** The stored record. It is in no open dispute. */
  readonly record: EntityRecord;
  /** The observation that contradicts the record, and its block. */
  readonly seen: Observation;
  readonly block: PinnedBlock;
  readonly verdict: 'conflict' | 'vanished';
  readonly signal: AbortSignal;
}

export type DisputeOutcome =
  /** The conflict is open and the record is marked. `observed`: what most nodes say at the block of the observation. */
  | { readonly outcome: 'open'; readonly record: EntityRecord; readonly observed: Observed | undefined }
  /** A basis of the record is gone: one conflict covers all records that depend on it, and no record is marked. */
  | { readonly outcome: 'collection-gone'; readonly id: string }
  /** A person has decided that the entity is gone for good: the absence may be saved. */
  | { readonly outcome: 'absence-accepted' }
  /** The observation is wrong. `observed` is what most nodes say. */
  | { readonly outcome: 'outvoted'; readonly observed: Observed }
  /** Another writer changed the record in the meantime. */
  | { readonly outcome: 'moved' }
  /** The nodes do not say who is right. No conflict is opened. */
  | { readonly outcome: 'unverifiable' };

const noAnswers: Corroborated = { judgement: { verdict: 'unknown' }, statements: [], observed: undefined };

/**
 * Asks several nodes who is right, the record or the observation that contradicts it, and opens a conflict unless the
 * record is right. A row that was edited outside this service is in conflict even if its value is right.
 */
export async function dispute(request: DisputeRequest, service: Service): Promise<DisputeOutcome> {
  const { definition, record, seen, verdict } = request;
  const gone = verdict === 'vanished' ? vanishedBasis(record, seen) : undefined;
  if (gone !== undefined) return disputeCollection(gone, request, service);

  const { judgement, statements, observed } = await evidenceOf(request, service);
  const edited = isEdited(record);
  if (judgement.verdict === 'unknown') service.metrics.count('Unverifiable');
  if (judgement.verdict === 'unknown' && !edited) return { outcome: 'unverifiable' };
  if (observed !== undefined && !edited && supportsRecord(request, judgement.verdict, observed)) {
    return { outcome: 'outvoted', observed };
  }
  const disagree = judgement.verdict === 'disagree';
  const ofChain = judgement.verdict === 'refuted' && observed ? observed.observation : seen;
  const chainValue = ofChain.value;
  const opening = {
    definition,
    record,
    class: disagree ? 'nodes-disagree' : edited ? 'edited' : chainValue === null ? 'vanished' : 'value',
    chainValue,
    chainProof: ofChain.proof,
    statements,
  } as const;
  const marked = await openConflict(opening, service);
  if (marked === undefined) return { outcome: 'moved' };
  const isOfBlock = observed?.observation.block.height === seen.block.height;
  return { outcome: 'open', record: marked, observed: isOfBlock ? observed : undefined };
}

/** True if the majority's answer leaves no contradiction. */
const supportsRecord = ({ verdict }: DisputeRequest, majority: string, { observation }: Observed): boolean =>
  verdict === 'vanished' ? observation.value !== null : majority === 'confirmed';

/** A value is disputed at the record's own block; an absence at the block where it was observed. */
async function evidenceOf({ verdict, ...request }: DisputeRequest, service: Service): Promise<Corroborated> {
  const { record, signal } = request;
  const asked = { ...request, ref: record.ref };
  if (verdict === 'vanished') return corroborate(asked, service);
  try {
    const block = await service.chain.blockOf(record.block.hash, signal);
    return await corroborate({ ...asked, block }, service);
  } catch (error) {
    if (error instanceof ChainUnavailable) return noAnswers;
    throw error;
  }
}

/** The name of a basis that existed when the record was read and is gone now: a contract without its dictionaries. */
function vanishedBasis(record: EntityRecord, seen: Observation): string | undefined {
  const dependency = record.bases.filter(({ joined }) => joined !== undefined);
  return dependency.find(({ name }) => seen.bases.some((basis) => basis.name === name && basis.joined === undefined))
    ?.name;
}

/**
 * Opens one conflict for a basis that is gone, and so for all records that depend on it. No record needs a mark: the
 * claim of a record ends before the block in which a basis that it depends on changed (rule CLAIM-3).
 */
async function disputeCollection(name: string, request: DisputeRequest, service: Service): Promise<DisputeOutcome> {
  const { record } = request;
  const id = digestOf({ ref: basisRef(name), class: 'vanished' });
  const known = await service.conflicts.get(id);
  if (known !== undefined && known.status !== 'resolved') return { outcome: 'collection-gone', id };
  // A record that was read after that block shows that the basis came back: then it is gone once more.
  if (known !== undefined && record.block.height <= known.block.height) {
    return known.decision?.decision === 'chain' ? { outcome: 'absence-accepted' } : { outcome: 'collection-gone', id };
  }

  const corroborated = await corroborate({ ...request, ref: record.ref }, service);
  const { judgement, observed } = corroborated;
  if (judgement.verdict === 'unknown') {
    service.metrics.count('Unverifiable');
    return { outcome: 'unverifiable' };
  }
  if (observed !== undefined && observed.observation.value !== null) return { outcome: 'outvoted', observed };
  const found = { ...collectionDispute(name, request, corroborated), id };
  const conflict = openedConflict(found, known, {
    ...service.review,
    from: service.clock.now(),
    by: service.onBehalfOf,
  });
  // False: another process opened the same conflict in the meantime.
  if (await service.conflicts.change(conflict)) noteOpened(conflict, service);
  return { outcome: 'collection-gone', id };
}

/** Its fields are those that the basis joined to answers; its block is the one at which the basis was found gone. */
function collectionDispute(
  name: string,
  { record, block }: DisputeRequest,
  { judgement, statements }: Corroborated,
): Omit<Dispute, 'id'> {
  const joined = record.bases.find((basis) => basis.name === name)?.joined ?? {};
  const nothing = digestOf(null);
  return {
    ref: basisRef(name),
    class: judgement.verdict === 'disagree' ? 'nodes-disagree' : 'vanished',
    fields: Object.entries(joined).map(([field, database]) => ({ field, database, chain: null, resolution: 'review' })),
    block: blockRef(block),
    databaseDigest: digestOf(joined),
    chainDigest: nothing,
    evidence: statements.map((statement) => testimonyOf(statement, digestOf(record.value), nothing)),
  };
}
