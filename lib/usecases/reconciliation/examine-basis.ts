import { eraBasis } from '../../domain/basis.ts';
import type { PinnedBlock } from '../../domain/block.ts';
import { isEdited, sameValue } from '../../domain/compare.ts';
import { abortIn } from '../../domain/deadline.ts';
import { digestOf } from '../../domain/digest.ts';
import { ChainUnavailable } from '../../domain/errors.ts';
import { judgementOn, type Statement } from '../../domain/judgement.ts';
import type { BasisDefinition } from '../../domain/pinned-state.ts';
import type { EntityRecord } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';
import { readBasis, type StoredBasis } from '../observing/bases.ts';
import { throughOneNode } from '../observing/corroborate.ts';
import { blockFor } from './block-for.ts';
import { type Examined, type Examining, skipped } from './examining.ts';
import { type ComparisonResult, createResults, editedRow, noAnswer, restoredRow, unseenWrites } from './results.ts';

/** Compares shared state with the chain like any record. Only sync changes it (rule BASIS-2), so its one remedy is `bases`. */
export async function examineBasis(examining: Examining, service: Service): Promise<Examined> {
  const { record, stored, through, context, snapshot } = examining;
  const definition = service.shared.basis(record.ref.id);
  const isEra = record.ref.id === eraBasis;
  // The present configuration does not have this basis, so no record depends on it.
  if (definition === undefined && !isEra) return skipped(examining);
  const results = createResults();
  results.note('digest', isEdited(record) ? editedRow : undefined, 'bases');
  results.note('trail', stored.trail);
  const at = await blockFor(record, context, snapshot, service);
  results.note('height', at && 'orphaned' in at ? at.orphaned : undefined, 'bases');
  const compared =
    at === undefined || 'orphaned' in at ? noBlock(at) : await compare(examining, definition, at.at, service);
  results.compared(compared);
  const { unwatched = [] } = stored;
  const unseen = unwatched.length === 0 ? undefined : unseenWrites(unwatched);
  results.note('watches', stored.isRestored ? restoredRow : unseen, 'bases');
  return { record, through, finding: compared.finding, ...results.all() };
}

const noBlock = (at: { readonly orphaned: string } | undefined): ComparisonResult =>
  at === undefined
    ? { finding: 'unverifiable', problem: noAnswer, remedies: [] }
    : { finding: 'conflict', problem: at.orphaned, remedies: ['bases'] };

async function compare(
  { record, through, context }: Examining,
  definition: BasisDefinition | undefined,
  at: PinnedBlock,
  service: Service,
): Promise<ComparisonResult> {
  if (isEdited(record))
    return { finding: 'conflict', problem: 'no claim is based on an edited row', remedies: ['bases'] };
  if (definition === undefined) return compareEra(record, through, at);
  if (definition.definition !== record.definition) {
    return { finding: 'behind', problem: 'it was read with another definition', remedies: ['bases'] };
  }
  try {
    const { value } = await context.bases(definition, at);
    if (sameValue(basisValue(record), value ?? null)) return { finding: 'match', remedies: [] };
  } catch (error) {
    if (!(error instanceof ChainUnavailable)) throw error;
    return { finding: 'unverifiable', problem: noAnswer, remedies: [] };
  }
  if (through < at.height)
    return { finding: 'behind', problem: `it is verified through block ${through} only`, remedies: ['bases'] };
  // Rule CONFLICT-6.
  const problem = `it was claimed to be current through block ${through}, and is not at block ${at.height}`;
  const { verdict } = judgementOn(await statementsOn(definition, at, service), digestOf(basisValue(record)));
  if (verdict === 'refuted') return { finding: 'missed', problem, remedies: ['bases'] };
  if (verdict === 'confirmed') return { finding: 'match', remedies: [] };
  return { finding: 'unverifiable', problem: 'the nodes contradict each other, or cannot answer', remedies: [] };
}

const basisValue = ({ value }: EntityRecord): object | null => (value as StoredBasis | null)?.value ?? null;

/** The stored era is that of the block, or the next one if the block ends its era. A block header shows the first only. */
function compareEra(record: EntityRecord, through: number, at: PinnedBlock): ComparisonResult {
  const { era } = (basisValue(record) ?? {}) as { readonly era?: number };
  if (era === at.eraId || era === at.eraId + 1) return { finding: 'match', remedies: [] };
  const problem = `the stored era is ${era}, and block ${at.height} is in era ${at.eraId}`;
  return { finding: through < at.height ? 'behind' : 'missed', problem, remedies: ['bases'] };
}

const nodesAsked = 3;

function statementsOn(
  definition: BasisDefinition,
  block: PinnedBlock,
  { chain, limits }: Service,
): Promise<Statement[]> {
  const signal = abortIn(limits.deadlineMs);
  return Promise.all(
    chain
      .nodes()
      .slice(0, nodesAsked)
      .map(async (node) => {
        const one = throughOneNode(node, chain, signal);
        try {
          const { value } = await readBasis(definition, { block, bases: one.bases, signal }, one.chain);
          return { node, digest: digestOf(value ?? null) };
        } catch (error) {
          if (error instanceof ChainUnavailable) return { node, digest: undefined };
          throw error;
        }
      }),
  );
}
