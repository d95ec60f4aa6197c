import pLimit from 'p-limit';
import { type Snapshot, verifiedThrough } from '../../domain/claim.ts';
import { parseRefKey, refKey } from '../../domain/entity.ts';
import { messageOf, StoreUnavailable, stackOf } from '../../domain/errors.ts';
import type { OpenFinding, PageFound } from '../../domain/reconciliation.ts';
import type { EntityRecord } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';
import { tallied } from '../../domain/tally.ts';
import { basisKind } from '../process/snapshots.ts';
import { basisNames } from '../store-access.ts';
import type { ComparisonContext } from './comparison-context.ts';
import { examineBasis } from './examine-basis.ts';
import { examineRecord } from './examine-record.ts';
import type { Examined } from './examining.ts';
import { checkStored, type StoreChecks } from './store-checks.ts';

const readAtOnce = 8;

/**
 * Examines the records of a page: the store is read in batches, the chain once for each record. Writes nothing.
 * Rule CLAIM-1: the cursor is read before the records are.
 */
export async function examinePage(
  keys: readonly string[],
  context: ComparisonContext,
  service: Service,
): Promise<Omit<PageFound, 'next'>> {
  const snapshot = await service.snapshots.renewed();
  const found = await service.records.getMany(keys.map(parseRefKey));
  const records = found.filter((record) => record !== undefined);
  const whole = await service.snapshots.withBases(snapshot, [...new Set(records.flatMap(basisNames))]);
  const checks = await checkStored(records, service);
  const limit = pLimit(readAtOnce);
  try {
    const examined = await limit.map(records, async (record, at) =>
      examine(record, checks[at] as StoreChecks, whole, context, service),
    );
    return pageOf(examined);
  } finally {
    limit.clearQueue();
  }
}

async function examine(
  record: EntityRecord,
  stored: StoreChecks,
  snapshot: Snapshot,
  context: ComparisonContext,
  service: Service,
): Promise<Examined> {
  const definition = service.definitions.get(record.ref.kind)?.definition ?? record.definition;
  const { height: through } = verifiedThrough(record, snapshot, definition, service.clock.now());
  const examining = { record, stored, snapshot, through, context };
  try {
    return await (record.ref.kind === basisKind ? examineBasis : examineRecord)(examining, service);
  } catch (error) {
    if (error instanceof StoreUnavailable) throw error;
    // A defect of this service, or a row with an impossible content: the other records of the page are not affected.
    service.log.error('a record could not be examined', { ref: refKey(record.ref), error: stackOf(error) });
    const problems = [
      { check: 'chain', problem: `it could not be examined: ${messageOf(error).slice(0, 300)}`, remedies: [] },
    ];
    return { record, through, finding: 'unverifiable', checks: { chain: 'untold' }, problems, remedies: [] };
  }
}

function pageOf(examined: readonly Examined[]): Omit<PageFound, 'next'> {
  const isSound = ({ problems, finding }: Examined): boolean => problems.length === 0 && finding === 'match';
  const plain = examined.filter((one) => isSound(one) || one.finding === 'skipped');
  return {
    sound: examined.flatMap(({ finding, record }) => (finding === 'match' ? [checkedOf(record)] : [])),
    found: examined.filter((one) => !plain.includes(one)).map(foundOf),
    tally: tallied(plain.map(({ record, ...one }) => ({ ...one, kind: record.ref.kind, outcome: null }))),
  };
}

const checkedOf = ({ ref, block, sequence }: EntityRecord) => ({ key: refKey(ref), height: block.height, sequence });

const foundOf = ({ record, through, finding, checks, problems, remedies }: Examined): OpenFinding => ({
  ref: record.ref,
  finding,
  problems,
  height: record.block.height,
  through,
  sequence: record.sequence,
  checks,
  remedies,
});
