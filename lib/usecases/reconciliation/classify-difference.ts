import type { PinnedBlock } from '../../domain/block.ts';
import { isOnAbandonedFork } from '../../domain/claim.ts';
import { abortIn } from '../../domain/deadline.ts';
import type { EntityDefinition } from '../../domain/entity.ts';
import type { Judgement } from '../../domain/judgement.ts';
import type { Observation } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';
import { verifyTrail } from '../audit/verify-trail.ts';
import { corroborate } from '../observing/corroborate.ts';
import { blockByHash } from '../observing/orphaned-block.ts';
import type { Examining } from './examining.ts';
import { isSame, observedAt } from './observed-at.ts';
import { type ComparisonResult, noAnswer } from './results.ts';

interface Difference extends Examining {
  readonly definition: EntityDefinition;
  /** Another value than the record's, at a block that is not before the record's own. */
  readonly seen: Observation;
  readonly at: PinnedBlock;
}

const attempts = 3;

/**
 * The chain has another value than a record that was not edited. The cases, in this order:
 *  1. the record was read with another definition or on another fork: `behind`; or from fewer validators than now: `unverifiable`;
 *  2. the chain has another value at the record's own block too, by quorum: the record was never true (`conflict`);
 *  3. the record was true, and is not claimed to be current at the compared block: `behind`;
 *  4. the record was true, and is claimed to be current at the compared block, by quorum: `missed` (rule CONFLICT-6).
 * When the quorum confirms the record instead, the node that contradicted it is suspected, and the record is read again.
 */
export async function classifyDifference(difference: Difference, service: Service): Promise<ComparisonResult> {
  const { record, definition, snapshot, context, at } = difference;
  let { seen } = difference;
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const result = withoutQuorum({ ...difference, seen }) ?? (await byQuorum({ ...difference, seen }, service));
    if (result !== 'again') return result;
    const again = await observedAt(at, record, definition, snapshot, context, service);
    if (again === undefined) return unverifiable(noAnswer);
    if (isSame(record, again)) return { finding: 'match', remedies: [] };
    seen = again;
  }
  return unverifiable('the nodes contradict each other');
}

const unverifiable = (problem: string, remedies: ComparisonResult['remedies'] = []): ComparisonResult => ({
  finding: 'unverifiable',
  problem,
  remedies,
});

/** Rule KIND-4: what a reading did not ask for is no difference, and says nothing of the chain. */
const askedLess = 'it was read from fewer validators than now, so nothing says what they held';

const behind = (problem: string): ComparisonResult => ({ finding: 'behind', problem, remedies: ['refresh'] });

/** Case 1. */
function withoutQuorum({ record, definition, seen, snapshot }: Difference): ComparisonResult | undefined {
  // Rule ITEM-4.
  if (record.definition !== definition.definition) return behind('it was read with another definition');
  if (isOnAbandonedFork(record, snapshot.progress)) return behind('it was read on an abandoned fork');
  if (record.tooLarge) return behind('it was too large to be stored');
  if (seen.value === null && definition.absenceIsNotRecorded) return unverifiable('no node has it any more');
  const { supersedes } = definition;
  if (record.value === null || seen.value === null || supersedes === undefined) return undefined;
  if (!supersedes(record.value, seen.value)) return unverifiable('the new reading is less complete than the record');
  const asksMore = seen.probedValidators.some((asked) => !record.probedValidators.includes(asked));
  return asksMore || !supersedes(seen.value, record.value)
    ? { ...unverifiable(askedLess, ['refresh']), completeness: 'untold' }
    : undefined;
}

/** Case 2; `again`: the quorum confirms the record, so the value seen is wrong. */
async function byQuorum(difference: Difference, service: Service): Promise<ComparisonResult | 'again'> {
  const { record, definition, snapshot, context, seen, at } = difference;
  const isOwn = at.height === record.block.height && at.hash === record.block.hash;
  const own = isOwn ? at : await blockByHash(record.block.hash, service);
  const seenThere = isOwn ? seen : own && (await observedAt(own, record, definition, snapshot, context, service));
  if (own === undefined || seenThere === undefined) return byTrail(difference, service);
  if (own.height !== record.block.height) {
    const problem = `its block has height ${own.height}, and not ${record.block.height}`;
    return { finding: 'conflict', problem, remedies: ['refresh'] };
  }
  if (isSame(record, seenThere)) return afterOwnBlock(difference, service);
  switch (await verdictAt(own, difference, service)) {
    case 'refuted':
      return {
        finding: 'conflict',
        problem: `the chain has another value at its own block ${own.height}`,
        remedies: ['dispute'],
      };
    case 'confirmed':
      return 'again';
    case 'disagree':
      return unverifiable(`the nodes contradict each other at its own block ${own.height}`, ['dispute']);
    case 'unknown':
      return unverifiable(noAnswer);
  }
}

/** No node has the state of the record's own block any more, so its audit trail has to show that it was read there. */
async function byTrail(difference: Difference, service: Service): Promise<ComparisonResult | 'again'> {
  const { broken } = await verifyTrail(difference.record.ref, true, service);
  if (broken === undefined) return afterOwnBlock(difference, service);
  return unverifiable(`no node has its own block, and its trail is broken: ${broken.problem}`, ['refresh']);
}

/** Cases 3 and 4: the record was true at its own block. */
async function afterOwnBlock(difference: Difference, service: Service): Promise<ComparisonResult | 'again'> {
  const { record, definition, at, through } = difference;
  const { height } = record.block;
  const movedOn = behind(`the chain has moved on since block ${height}`);
  // No claim was false, and the record is read again. For a kind that takes hundreds of calls the answer of one node suffices.
  if (through <= height && definition.patience !== undefined) return movedOn;
  const isClaimedThere = through >= at.height || through <= height;
  const there = isClaimedThere ? at : await claimedBlock(difference, service);
  if (there === undefined) return unverifiable(noAnswer, ['refresh']);
  switch (await verdictAt(there, difference, service)) {
    case 'refuted':
      return through <= height ? movedOn : missed(through, there);
    case 'confirmed':
      return there === at ? 'again' : behind(`the chain has moved on since block ${there.height}`);
    default:
      return unverifiable(`the nodes do not say whether it was still true at block ${there.height}`, ['refresh']);
  }
}

/** The last block that the record is claimed through: the cursor, or the one before a change of a basis. */
async function claimedBlock({ at, through, snapshot }: Difference, service: Service): Promise<PinnedBlock | undefined> {
  const { cursor } = snapshot.progress;
  if (cursor?.height === through) return blockByHash(cursor.hash, service);
  const reading = { tip: at, signal: abortIn(service.limits.deadlineMs) };
  return service.chain.executed(through, reading).then(
    ({ block }) => block,
    () => undefined,
  );
}

const missed = (through: number, { height }: PinnedBlock): ComparisonResult => ({
  finding: 'missed',
  problem: `it was claimed to be current through block ${through}, and is not at block ${height}`,
  remedies: ['watch', 'refresh'],
});

/** Rule CONFLICT-3: reads from several nodes separately. */
async function verdictAt(
  block: PinnedBlock,
  { record, definition }: Difference,
  service: Service,
): Promise<Judgement['verdict']> {
  const signal = abortIn(service.limits.deadlineMs * (definition.patience ?? 1));
  const question = { definition, ref: record.ref, record, block, signal };
  return (await corroborate(question, service)).judgement.verdict;
}
