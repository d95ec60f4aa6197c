import { chainEntry } from '../../domain/audit-chain.ts';
import type { BasisChanges } from '../../domain/basis-changes.ts';
import { type BlockRef, blockRef, type StateKey } from '../../domain/block.ts';
import { isUnusable } from '../../domain/claim.ts';
import { changes, isEdited, sameValue, type Verdict } from '../../domain/compare.ts';
import { digestOf } from '../../domain/digest.ts';
import type { EntityDefinition } from '../../domain/entity.ts';
import { below, heldOf, lengthened, type Span, spansOnFork, withSpan } from '../../domain/held.ts';
import { LOGIC_VERSION, type Progress } from '../../domain/progress.ts';
import { withoutEvidence } from '../../domain/proof.ts';
import type { AuditEntry, Cause, EntityRecord, Observation } from '../../domain/record.ts';
import { union } from '../observing/observe.ts';
import { trackedSince, trackingFor } from './tracking.ts';

/** The first block from which on the value is known to have held: its own, or an earlier one that the value itself names (rule PAST-5). */
export const heldFrom = ({ value, block }: Observation, { heldSince }: Pick<EntityDefinition, 'heldSince'>): number =>
  (value && heldSince?.(value)) ?? block.height;

/** An observation that is to become a record. */
export interface Change {
  readonly seen: Observation;
  readonly before: EntityRecord | undefined;
  readonly verdict: Verdict;
  readonly cause: Cause;
  /** Left out: `service`. */
  readonly actor?: string;
  readonly fork: number;
  readonly now: number;
  /** The kind's fields: the audit entry names those that changed. undefined: the entry holds the whole values. */
  readonly fields?: EntityDefinition['fields'] | undefined;
  readonly owner: string | null;
  readonly tooLarge: boolean;
  /** Whether `trackedUntil` may be renewed (rule TRACK-2). Left out: for readers only. */
  readonly renews?: boolean;
  /** Where the value before, and the one that was seen, are known to have held (rule PAST-5). Left out: at their own blocks. */
  readonly known?: KnownSpans | undefined;
  /** Of a basis only, as is the next. */
  readonly changedAt?: number;
  readonly changes?: BasisChanges;
}

export interface KnownSpans {
  readonly progress: Progress;
  /** The last block through which the value before is known to have held. */
  readonly through: number;
  /** The first block from which on what was seen is known to have held through its own block. */
  readonly since: number;
}

export interface NextRecord {
  readonly record: EntityRecord;
  /** undefined where only block and read set move. */
  readonly audit: AuditEntry | undefined;
  /** Keys that need a new watch. */
  readonly watch: readonly StateKey[];
}

/** The record that an observation becomes, with its audit entry (rule ITEM-3). */
export function nextRecord(change: Change): NextRecord {
  const { seen, before, verdict, fork, now, owner, tooLarge, changedAt, changes: ofBasis } = change;
  const { renews = change.cause !== 'sync' && change.cause !== 'reconciliation' } = change;
  const value = tooLarge ? null : seen.value;
  // The same value under another definition does not count as a change. An edited row does, also with the same value: its audit
  // trail does not have the edit.
  const same = verdict === 'match' || (verdict === 'outdated' && sameValue(before?.value ?? null, value));
  const unchanged = same && before !== undefined && !isEdited(before);
  // Rule SAVE-5: two readings of one block; the record depends on everything that either of them depends on.
  const joins = verdict === 'match' && before?.block.height === seen.block.height ? before : undefined;
  const readSet = union(joins?.readSet ?? [], tooLarge ? [] : seen.readSet);
  const bases = [
    ...seen.bases,
    ...(joins?.bases ?? []).filter(({ name }) => !seen.bases.some((own) => own.name === name)),
  ];
  const held = spansBefore(change);
  const since = Math.min(change.known?.since ?? seen.block.height, seen.block.height);
  const audit = unchanged ? undefined : auditOf(change, value, below(held, since));
  const { trackedUntil, watch } = trackingFor(readSet, verdict === 'void' ? undefined : before, now, renews);
  const record: EntityRecord = {
    ...seen,
    value,
    probedValidators: union(before?.probedValidators ?? [], seen.probedValidators),
    readSet,
    bases,
    digest: digestOf(value),
    sequence: audit?.sequence ?? before?.sequence ?? 1,
    auditHead: audit?.digest ?? before?.auditHead ?? '',
    fork,
    checkedAt: new Date(now).toISOString(),
    trackedUntil,
    // Rule ACTIVITY-1.
    trackedSince: trackedSince(seen.block, verdict === 'void' ? undefined : before, now),
    logicVersion: LOGIC_VERSION,
    owner: value === null ? null : owner,
    tooLarge,
    // A record that is read again and committed ends every conflict about the record before.
    conflict: null,
    held: withSpan(unchanged ? held : [], { from: since, through: seen.block.height }),
    ...(changedAt === undefined ? {} : { changedAt }),
    ...(ofBasis === undefined ? {} : { changes: ofBasis }),
  };
  return { record, audit, watch };
}

/**
 * Rule PAST-5: the blocks at which the value before is known to have held. None of a value that this service did not write, that is
 * refuted or disputed, of an abandoned fork, too large to be kept, or invalidated.
 */
function spansBefore({ before, verdict, known }: Change): readonly Span[] {
  if (before === undefined || known === undefined || before.conflict !== null || before.tooLarge) return [];
  if (verdict !== 'match' && verdict !== 'behind' && verdict !== 'outdated') return [];
  if (isEdited(before) || isUnusable(before, known.progress)) return [];
  return lengthened(spansOnFork(heldOf(before), before.fork, known.progress), known.through);
}

/** For `match` (an edited row with the chain's value) the entry holds whole values: which fields the edit changed is unknown. */
const auditOf = (
  { seen, before, verdict, cause, actor = 'service', now, fields }: Change,
  value: object | null,
  held: readonly Span[],
): AuditEntry =>
  chainEntry({
    ref: seen.ref,
    sequence: (before?.sequence ?? 0) + 1,
    cause,
    actor,
    ...changes(verdict === 'match' ? undefined : fields, before?.value ?? null, value),
    block: seen.block,
    timestamp: new Date(now).toISOString(),
    ...(before !== undefined && held.length > 0 && { held: { ...madeOf(before), spans: held } }),
    ...(value !== null && provedBy(seen)),
    previousDigest: before?.auditHead ?? null,
  });

/** Rule PROOF-2: the trail has the evidence. */
const provedBy = ({ proof }: Pick<Observation, 'proof'>) =>
  proof === undefined || proof.level === 'none' ? {} : { proof };

const madeOf = ({ digest, definition, logicVersion, fork, block, proof }: EntityRecord) => ({
  digest,
  definition,
  logicVersion,
  fork,
  block: blockRef(block),
  ...(proof !== undefined && proof.level !== 'none' && { proof: withoutEvidence(proof) }),
});

/** An entry that changes no value: for a record that is untracked, or a basis that changed and cannot be read. */
export const touchEntry = ({ ref, sequence, auditHead }: EntityRecord, block: BlockRef, now: number): AuditEntry =>
  chainEntry({
    ref,
    sequence: sequence + 1,
    cause: 'sync',
    actor: 'service',
    before: {},
    after: {},
    block: blockRef(block),
    timestamp: new Date(now).toISOString(),
    previousDigest: auditHead,
  });
