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
import type { ComparisonResult } from './results.ts';

interface Differing extends Examining {
  readonly definition: EntityDefinition;
  /** What differs from the record, at a block that is not before the record's own. */
  readonly seen: Observation;
  readonly at: PinnedBlock;
}

const attempts = 3;

/**
 * The chain says otherwise than a record that is as we wrote it:
 *  1. it was read by another definition, on another branch, or of less than is asked now: `behind`;
 *  2. its own block says otherwise too: it was never true (`conflict`), if most nodes say so;
 *  3. it was true, and claimed nothing at the block in question: the world moved on (`behind`);
 *  4. it was true, and claimed to be so still: `missed`, if most nodes say so.
 * Whoever turns out to be wrong is no longer asked, and the record is looked at again.
 */
export async function classifyDifference(differing: Differing, service: Service): Promise<ComparisonResult> {
  const { record, definition, snapshot, comparing, at } = differing;
  let { seen } = differing;
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const told = excused({ ...differing, seen }) ?? (await accounted({ ...differing, seen }, service));
    if (told !== 'again') return told;
    const again = await observedAt(at, record, definition, snapshot, comparing, service);
    if (again === undefined) return untold('no node could tell');
    if (isSame(record, again)) return { finding: 'match', remedies: [] };
    seen = again;
  }
  return untold('nodes contradict each other');
}

const untold = (problem: string, remedies: ComparisonResult['remedies'] = []): ComparisonResult => ({
  finding: 'unverifiable',
  problem,
  remedies,
});

const behind = (problem: string): ComparisonResult => ({ finding: 'behind', problem, remedies: ['refresh'] });

function excused({ record, definition, seen, snapshot }: Differing): ComparisonResult | undefined {
  if (record.definition !== definition.definition) return behind('it was read by another definition');
  if (isOnAbandonedFork(record, snapshot.progress)) return behind('it was read on a branch that was left');
  if (record.tooLarge) return behind('it was too large to be kept');
  if (seen.value === null && definition.absenceIsNotRecorded) return untold('no node knows it any more');
  const { supersedes } = definition;
  if (record.value === null || seen.value === null || supersedes === undefined) return undefined;
  if (!supersedes(record.value, seen.value)) return untold('what was read knows less than it');
  const askedMore = seen.probedValidators.some((asked) => !record.probedValidators.includes(asked));
  return askedMore || !supersedes(seen.value, record.value) ? behind('it was asked of less') : undefined;
}

async function accounted(differing: Differing, service: Service): Promise<ComparisonResult | 'again'> {
  const { record, definition, snapshot, comparing, seen, at } = differing;
  const isOwn = at.height === record.block.height && at.hash === record.block.hash;
  const own = isOwn ? at : await blockByHash(record.block.hash, service);
  const seenThere = isOwn ? seen : own && (await observedAt(own, record, definition, snapshot, comparing, service));
  if (own === undefined || seenThere === undefined) return byTrail(differing, service);
  if (own.height !== record.block.height) {
    const problem = `its block is at height ${own.height}, not at ${record.block.height}`;
    return { finding: 'conflict', problem, remedies: ['refresh'] };
  }
  if (isSame(record, seenThere)) return movedOn(differing, service);
  switch (await judgedAt(own, differing, service)) {
    case 'refuted':
      return {
        finding: 'conflict',
        problem: `at its own block, ${own.height}, the chain says otherwise`,
        remedies: ['dispute'],
      };
    case 'confirmed':
      return 'again';
    case 'disagree':
      return untold(`at its own block, ${own.height}, nodes contradict each other`, ['dispute']);
    case 'unknown':
      return untold('no node could tell');
  }
}

/** Nobody has the state of its own block any more: only its trail can say whether it is what was seen there. */
async function byTrail(differing: Differing, service: Service): Promise<ComparisonResult | 'again'> {
  const { broken } = await verifyTrail(differing.record.ref, true, service);
  if (broken === undefined) return movedOn(differing, service);
  return untold(`no node has its own block, and its trail is broken: ${broken.problem}`, ['refresh']);
}

/** It was true at its own block, and is not any more: whether it claimed to be. */
async function movedOn(differing: Differing, service: Service): Promise<ComparisonResult | 'again'> {
  const { record, definition, at, through, snapshot } = differing;
  const { height } = record.block;
  const moved = behind(`the chain has moved on since block ${height}`);
  // It claimed nothing, and is read again: of what takes hundreds of calls one node's word is enough for that.
  if (through <= height && definition.patience !== undefined) return moved;
  const { cursor } = snapshot.progress;
  const isClaimedThere = through >= at.height || through <= height;
  const there = isClaimedThere ? at : cursor && (await blockByHash(cursor.hash, service));
  if (there == null) return untold('no node could tell', ['refresh']);
  switch (await judgedAt(there, differing, service)) {
    case 'refuted':
      return through <= height ? moved : missed(through, there);
    case 'confirmed':
      return there === at ? 'again' : behind(`the chain has moved on since block ${there.height}`);
    default:
      return untold(`whether it was still true at block ${there.height}, nodes do not say`, ['refresh']);
  }
}

const missed = (through: number, { height }: PinnedBlock): ComparisonResult => ({
  finding: 'missed',
  problem: `it was held to be true through block ${through}, and is not at block ${height}`,
  remedies: ['watch', 'refresh'],
});

/** By what most of several nodes say there, each by itself. In a dry run nobody is told of those that contradict them. */
async function judgedAt(
  block: PinnedBlock,
  { record, definition, comparing }: Differing,
  service: Service,
): Promise<Judgement['verdict']> {
  const signal = abortIn(service.limits.deadlineMs * (definition.patience ?? 1));
  const question = { definition, ref: record.ref, record, block, signal };
  const audit = comparing.run.dryRun ? { ...service.audit, append: async () => undefined } : service.audit;
  return (await corroborate(question, { ...service, audit })).judgement.verdict;
}
