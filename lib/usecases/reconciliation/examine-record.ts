import { isEdited } from '../../domain/compare.ts';
import { digestOf } from '../../domain/digest.ts';
import type { EntityDefinition } from '../../domain/entity.ts';
import { refKey } from '../../domain/entity.ts';
import { LOGIC_VERSION } from '../../domain/progress.ts';
import type { EntityRecord, Observation } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';
import { type BlockFor, blockFor } from './block-for.ts';
import { checkShape } from './check-shape.ts';
import { classifyDifference } from './classify-difference.ts';
import { type Examined, type Examining, skipped } from './examining.ts';
import { isSame, observedAt } from './observed-at.ts';
import {
  type ComparisonResult,
  createResults,
  earlierVersion,
  editedRow,
  listed,
  noAnswer,
  restoredRow,
  unseenWrites,
} from './results.ts';
import type { StoreChecks } from './store-checks.ts';

/** Checks one record: its digest, trail, watches, references, the checks of its kind, and the comparison with the chain. */
export async function examineRecord(examining: Examining, service: Service): Promise<Examined> {
  const { record, stored, through, context, snapshot } = examining;
  const definition = service.definitions.get(record.ref.kind);
  // Rule ITEM-5: a record of a newer logic version is not judged by this one.
  if (definition === undefined || record.conflict?.state === 'open' || record.logicVersion > LOGIC_VERSION) {
    return skipped(examining);
  }
  const at = await blockFor(record, context, snapshot, service);
  const seen = at && 'at' in at ? await observedAt(at.at, record, definition, snapshot, context, service) : undefined;
  const compared = await compare({ examining, definition, at, seen }, service);
  if (compared.finding === 'skipped') return skipped(examining);

  const results = createResults();
  results.note('digest', isEdited(record) ? editedRow : undefined, 'refresh');
  // A value that contradicts itself is mended by the chain's value, where that is another one.
  for (const [check, problem] of checkShape(record, definition)) results.note(check, problem, ...compared.remedies);
  results.note('trail', stored.trail);
  if (stored.refers) results.note('references', danglingIn(stored), 'look-up');
  results.note('height', at && 'orphaned' in at ? at.orphaned : undefined, 'refresh');
  results.compared(compared);
  const unwatched = unwatchedIn(examining, compared.finding === 'match' ? seen : undefined);
  if (stored.unwatched !== undefined) results.note('watches', unwatched, 'watch', 'refresh');
  // Rule ITEM-6: read again, it is tracked again.
  if (stored.isRestored) results.note('watches', restoredRow, 'refresh');
  // Rule ITEM-7: reconciliation is how what is stored comes to a new version.
  if (record.logicVersion < LOGIC_VERSION) results.note('watches', earlierVersion, 'refresh');
  return { record, through, finding: compared.finding, ...results.all() };
}

interface Compared {
  readonly examining: Examining;
  readonly definition: EntityDefinition;
  readonly at: BlockFor;
  readonly seen: Observation | undefined;
}

/** A row that was edited is in conflict, whatever the chain says. */
async function compare({ examining, definition, at, seen }: Compared, service: Service): Promise<ComparisonResult> {
  const { record } = examining;
  if (at !== undefined && 'orphaned' in at) {
    return { finding: 'conflict', problem: at.orphaned, remedies: ['refresh'] };
  }
  if (isEdited(record)) return { finding: 'conflict', problem: editedAgainst(record, seen), remedies: ['refresh'] };
  if (at === undefined || seen === undefined) {
    return { finding: 'unverifiable', problem: noAnswer, remedies: [] };
  }
  if (isSame(record, seen)) return { finding: 'match', remedies: [] };
  // Rule CONFLICT-4: a person has closed this pair of values, until one of them changes.
  if (record.conflict?.chainDigest === digestOf(seen.value)) return { finding: 'skipped', remedies: [] };
  return classifyDifference({ ...examining, definition, seen, at: at.at }, service);
}

function editedAgainst(record: EntityRecord, seen: Observation | undefined): string {
  if (seen === undefined) return noAnswer;
  return isSame(record, seen) ? 'the edited value is the same as on the chain' : 'the chain has another value';
}

const danglingIn = ({ dangling }: StoreChecks): string | undefined =>
  dangling.length === 0 ? undefined : `there is no record of ${listed(dangling.map(refKey))}`;

/** Keys of the stored read set, or of the read set seen now, whose next write sync would not see. */
function unwatchedIn({ record, stored }: Examining, seen: Observation | undefined): string | undefined {
  const unlisted = seen?.readSet.filter((key) => !record.readSet.includes(key)) ?? [];
  const keys = [...new Set([...(stored.unwatched ?? []), ...unlisted])];
  return keys.length === 0 ? undefined : unseenWrites(keys);
}
