import { chainEntry } from '../domain/audit-chain.ts';
import type { BasisSeen } from '../domain/basis.ts';
import { digestOf } from '../domain/digest.ts';
import { type Progress, RULES } from '../domain/progress.ts';
import type { EntityRecord } from '../domain/record.ts';
import type { Service } from '../domain/service.ts';
import { following, passDoor } from './door.ts';
import { basisRef } from './snapshots.ts';

/**
 * A reader may create a basis that is not stored yet, dated by its own block. One that is stored is moved, and its
 * change dated, by sync alone: losing here is as good as winning. What the store now holds is given back.
 */
export async function createBasis(
  seen: BasisSeen,
  progress: Progress,
  service: Pick<Service, 'watches' | 'progress' | 'records' | 'clock'>,
): Promise<EntityRecord | undefined> {
  if (seen.value === undefined || seen.joined === undefined) return undefined;
  const now = service.clock.now();
  const ref = basisRef(seen.name);
  const value = { value: seen.value, joined: seen.joined };
  const timestamp = new Date(now).toISOString();
  const audit = chainEntry({
    ref,
    sequence: 1,
    cause: 'lookup',
    actor: 'service',
    before: null,
    after: value,
    block: seen.block,
    timestamp,
    previousDigest: null,
  });
  const { followedUntil, watch } = following(seen.readSet, undefined, now);
  const record: EntityRecord = {
    ref,
    value,
    beside: [],
    block: seen.block,
    readSet: seen.readSet,
    bases: [],
    definition: seen.definition,
    holdsUntil: null,
    digest: digestOf(value),
    sequence: 1,
    auditHead: audit.digest,
    branch: progress.branch,
    checkedAt: timestamp,
    followedUntil,
    rules: RULES,
    owner: null,
    tooLarge: false,
    changedAt: seen.block.height,
  };
  const passed = await passDoor({ record, compared: undefined, audit, watch }, service);
  if ('overtaken' in passed) return undefined;
  return passed.won ? record : passed.winner;
}
