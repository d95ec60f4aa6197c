import { digestOfKey, keyKind, type StoredKey } from '../../domain/api-key.ts';
import { type BrokenLink, brokenHead, brokenLink } from '../../domain/audit-chain.ts';
import { canonicalJson, digestOf } from '../../domain/digest.ts';
import type { EntityRef } from '../../domain/entity.ts';
import { LookupError } from '../../domain/errors.ts';
import { type LocalData, localKind, parsePlaceKey } from '../../domain/local-data.ts';
import type { AuditEntry, EntityRecord } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';
import { digestOfWebhook, type StoredWebhook, webhookKind } from '../../domain/webhook.ts';

export type VerifyService = Pick<Service, 'audit' | 'records' | 'localData' | 'keys' | 'webhooks' | 'conflicts'>;

export interface VerifiedTrail {
  readonly entries: number;
  /** The broken link with the lowest sequence. */
  readonly broken: BrokenLink | undefined;
}

const pageSize = 100;
/** How often a trail that grows while it is read is read; then the next run verifies its head. */
const attempts = 5;

/** What a trail is about, and is held against. */
type Subject = EntityRecord | LocalData | StoredKey | StoredWebhook;

/**
 * Verifies a trail from its newest entry to its first, a page at a time: every link, and that the record is what the trail
 * says (rule ITEM-3), or the local data (rule LOCAL-2), or the API key (rule ACCESS-24), or the webhook (rule HOOK-6). `recorded`: trails of this kind have a record.
 */
export async function verifyTrail(ref: EntityRef, recorded: boolean, service: VerifyService): Promise<VerifiedTrail> {
  if (!recorded) return walk(ref, service);
  for (let attempt = 1; ; attempt += 1) {
    const before = await subjectOf(ref, service);
    const walked = await walk(ref, service);
    if (walked.broken !== undefined) return walked;
    const record = await subjectOf(ref, service);
    // Record and trail change in one transaction: a trail read between two equal readings of the record belongs to it.
    if (sequenceOf(record) === sequenceOf(before) && record?.auditHead === before?.auditHead) {
      return { entries: walked.entries, broken: await brokenRecord(ref, record, walked, service) };
    }
    if (attempt === attempts) return walked;
  }
}

function subjectOf(
  ref: EntityRef,
  { records, localData, keys, webhooks }: VerifyService,
): Promise<Subject | undefined> {
  if (ref.kind === webhookKind) return webhooks.find(ref.id);
  if (ref.kind === localKind) return localData.find(parsePlaceKey(ref.id));
  return ref.kind === keyKind ? keys.find(ref.id) : records.get(ref);
}

const sequenceOf = (subject: Subject | undefined): number | undefined =>
  subject && ('revision' in subject ? subject.revision : subject.sequence);

interface Walked extends VerifiedTrail {
  readonly newest: AuditEntry | undefined;
  /** The members of the value after the newest entry; undefined: an absence. */
  readonly value: ReadonlyMap<string, unknown> | undefined;
}

async function walk(ref: EntityRef, { audit }: Pick<Service, 'audit'>): Promise<Walked> {
  const replay = replayBackwards();
  let newest: AuditEntry | undefined;
  let later: AuditEntry | undefined;
  let broken: BrokenLink | undefined;
  let entries = 0;
  for (let more = true; more; ) {
    const page = await audit.history(ref, { limit: pageSize, ...(later && { before: later.sequence }) });
    for (const entry of page) {
      newest ??= entry;
      entries += 1;
      replay.take(entry);
      if (later !== undefined) broken = brokenLink(later, entry) ?? broken;
      later = entry;
    }
    more = page.length === pageSize;
  }
  if (later !== undefined) broken = brokenLink(later, undefined) ?? broken;
  return { entries, broken, newest, value: replay.value() };
}

/** Entries name the members that changed. Read from the newest, the first entry that names a member has its last value. */
function replayBackwards() {
  const members = new Map<string, unknown>();
  let absent = false;
  let whole = false;
  return {
    take({ before, after }: AuditEntry): void {
      if (whole) return;
      if (after === null) absent = members.size === 0;
      for (const [name, value] of Object.entries(after ?? {})) if (!members.has(name)) members.set(name, value);
      // There was no value before this entry, or none after it: no older entry says more about the value.
      whole = before === null || after === null;
    },
    value: () => (absent ? undefined : members),
  };
}

const edited = 'the record is not what this entry left: its value was changed';

async function brokenRecord(
  ref: EntityRef,
  record: Subject | undefined,
  { newest, value }: Walked,
  { conflicts }: VerifyService,
): Promise<BrokenLink | undefined> {
  const broken = brokenHead(ref, record && { sequence: sequenceOf(record) ?? 0, auditHead: record.auditHead }, newest);
  if (broken !== undefined || record === undefined || newest === undefined) return broken;
  if (!('value' in record)) {
    const [now, left] =
      'place' in record ? [record.text, value?.get('data') ?? null] : [rowDigestOf(record), value?.get('digest')];
    return !record.unreadable && now === left ? undefined : { ref, sequence: newest.sequence, problem: edited };
  }
  if (isAsWritten(record, value) || (await isKept(record, conflicts))) return undefined;
  return { ref, sequence: newest.sequence, problem: edited };
}

const rowDigestOf = (row: StoredKey | StoredWebhook): string =>
  'secretHash' in row ? digestOfKey(row) : digestOfWebhook(row);

function isAsWritten(record: EntityRecord, written: ReadonlyMap<string, unknown> | undefined): boolean {
  if (record.digest !== digestOf(record.value)) return false;
  if (record.value === null || written === undefined) return record.value === null && written === undefined;
  return Object.entries(record.value).every(
    ([name, value]) => canonicalJson(value ?? null) === canonicalJson(written.get(name) ?? null),
  );
}

/** A row that was changed so that it cannot be decoded counts as no row. */
function unreadable(error: unknown): undefined {
  if (error instanceof LookupError) throw error;
  return undefined;
}

/** A reviewer saw that the value was changed and decided to keep it. */
async function isKept({ conflict }: EntityRecord, conflicts: VerifyService['conflicts']): Promise<boolean> {
  if (conflict?.state !== 'kept') return false;
  const row = await conflicts.get(conflict.id).catch(unreadable);
  return row?.status === 'resolved' && row.decision !== null && row.decision.decision !== 'chain';
}
