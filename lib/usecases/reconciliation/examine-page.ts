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
import type { ComparisonContext } from './comparing.ts';
import { examineBasis } from './examine-basis.ts';
import { examineRecord } from './examine-record.ts';
import type { Examined } from './examining.ts';
import { checkStored, type StoreChecks } from './store-checks.ts';

const readAtOnce = 8;

/**
 * What is found in the records of a page: what the store says of them in batches, what the chain says of each. Writes nothing.
 * How far the chain was followed is read before the records are: no claim of theirs outruns it.
 */
export async function examinePage(
  keys: readonly string[],
  comparing: ComparisonContext,
  service: Service,
): Promise<Omit<PageFound, 'next'>> {
  const snapshot = await service.snapshots.renewed();
  const stored = await service.records.getMany(keys.map(parseRefKey));
  const records = stored.filter((record) => record !== undefined);
  const whole = await service.snapshots.withBases(snapshot, [...new Set(records.flatMap(basisNames))]);
  const checks = await checkStored(records, service);
  const limit = pLimit(readAtOnce);
  try {
    const examined = await limit.map(records, async (record, at) =>
      examine(record, checks[at] as StoreChecks, whole, comparing, service),
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
  comparing: ComparisonContext,
  service: Service,
): Promise<Examined> {
  const definition = service.definitions.get(record.ref.kind)?.definition ?? record.definition;
  const { height: through } = verifiedThrough(record, snapshot, definition, service.clock.now());
  const asked = { record, stored, snapshot, through, comparing };
  try {
    return await (record.ref.kind === basisKind ? examineBasis : examineRecord)(asked, service);
  } catch (error) {
    if (error instanceof StoreUnavailable) throw error;
    // A defect of ours, or a row that nobody could have written: it says nothing of the others.
    service.log.error('a record could not be looked at', { ref: refKey(record.ref), error: stackOf(error) });
    const problems = [{ check: 'chain', problem: `it could not be looked at: ${messageOf(error).slice(0, 300)}` }];
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
