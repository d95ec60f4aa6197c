import pLimit from 'p-limit';
import { type BrokenLink, brokenHead, brokenLink, editedEntry } from '../../domain/audit-chain.ts';
import { type EntityRef, refKey } from '../../domain/entity.ts';
import type { AuditEntry } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';
import { type AuditedSubject, type SubjectService, subjectsOf } from './audited-subjects.ts';

/** Some entries of one trail, in any order. */
export interface TrailPart {
  readonly ref: EntityRef;
  readonly entries: readonly AuditEntry[];
  /** Whether the part is held against the trail's record or local data too, which names the newest entry. */
  readonly heldAgainstRecord: boolean;
}

type CheckService = Pick<Service, 'audit'> & SubjectService;

const partsAtOnce = 25;
const batchesAtOnce = 4;
/** How often a trail that grows while it is checked is read again; after that only its links count. */
const attempts = 3;

/**
 * What is wrong with parts of trails, by the lowest sequence first; the result is in the order of the parts. Entries next to a part
 * are read by their sequence: a clock that was off may have dated them elsewhere. Records and entries are read in batches (rule ITEM-3).
 */
export async function brokenInParts(
  parts: readonly TrailPart[],
  service: CheckService,
): Promise<(readonly BrokenLink[])[]> {
  const batches = Array.from({ length: Math.ceil(parts.length / partsAtOnce) }, (_, at) =>
    parts.slice(at * partsAtOnce, (at + 1) * partsAtOnce),
  );
  return (await pLimit(batchesAtOnce).map(batches, (batch) => checkBatch(batch, service))).flat();
}

async function checkBatch(parts: readonly TrailPart[], service: CheckService): Promise<(readonly BrokenLink[])[]> {
  const broken = new Map<TrailPart, readonly BrokenLink[]>();
  let left = parts;
  let records = await recordsOf(left, service);
  for (let attempt = 1; left.length > 0; attempt += 1) {
    const found = await foundIn(left, records, service);
    for (const part of left) broken.set(part, found.get(part) ?? []);
    // A change between the two readings, of the record and of its trail, is no break: record and trail change in one transaction.
    const before = records;
    left = left.filter((part) => part.heldAgainstRecord && (broken.get(part)?.length ?? 0) > 0);
    records = await recordsOf(left, service);
    left = left.filter((part) => headOf(before, part) !== headOf(records, part));
    if (attempt < attempts) continue;
    for (const part of left) {
      const [links] = await checkBatch([{ ...part, heldAgainstRecord: false }], service);
      broken.set(part, links ?? []);
    }
    break;
  }
  return parts.map((part) => broken.get(part) ?? []);
}

type RecordsByKey = ReadonlyMap<string, AuditedSubject | undefined>;

const headOf = (records: RecordsByKey, { ref }: TrailPart): string => {
  const record = records.get(refKey(ref));
  return `${record?.sequence} ${record?.auditHead}`;
};

const recordsOf = (parts: readonly TrailPart[], service: CheckService): Promise<RecordsByKey> =>
  subjectsOf(
    parts.filter(({ heldAgainstRecord }) => heldAgainstRecord).map(({ ref }) => ref),
    service,
  );

async function foundIn(
  parts: readonly TrailPart[],
  records: RecordsByKey,
  { audit }: CheckService,
): Promise<ReadonlyMap<TrailPart, readonly BrokenLink[]>> {
  const asked = parts.flatMap((part) =>
    sequencesBeside(part, records.get(refKey(part.ref))).map((sequence) => ({ part, ref: part.ref, sequence })),
  );
  const found = asked.length === 0 ? [] : await audit.entries(asked);
  const adjacent = Map.groupBy(
    asked.flatMap(({ part }, at) => (found[at] === undefined ? [] : [{ part, entry: found[at] }])),
    ({ part }) => part,
  );
  return new Map(
    parts.map((part) => {
      const entries = [...part.entries, ...(adjacent.get(part) ?? []).map(({ entry }) => entry)];
      const known = new Map(entries.map((entry) => [entry.sequence, entry]));
      return [part, brokenIn(part, known, records.get(refKey(part.ref)))];
    }),
  );
}

/** The entries before and after each stretch of a part, and the one that the record names with the one after it. */
function sequencesBeside({ entries, heldAgainstRecord }: TrailPart, record: AuditedSubject | undefined): number[] {
  const held = new Set(entries.map(({ sequence }) => sequence));
  const last = Math.max(0, ...held);
  const adjacent = new Set([...held].flatMap((sequence) => [sequence - 1, ...(sequence < last ? [sequence + 1] : [])]));
  if (heldAgainstRecord && record !== undefined) {
    for (const sequence of [record.sequence, record.sequence + 1]) adjacent.add(sequence);
    if (last > 0 && record.sequence > last) adjacent.add(last + 1);
  }
  return [...adjacent].filter((sequence) => sequence >= 1 && !held.has(sequence));
}

function brokenIn(
  { ref, entries, heldAgainstRecord }: TrailPart,
  known: ReadonlyMap<number, AuditEntry>,
  record: AuditedSubject | undefined,
): readonly BrokenLink[] {
  const found = new Map<number, BrokenLink>();
  const note = (link: BrokenLink | undefined): void => {
    if (link !== undefined && !found.has(link.sequence)) found.set(link.sequence, link);
  };
  const missing = (sequence: number) => note({ ref, sequence, problem: 'the entry is missing' });
  const newest = newestOf(known);
  const end = Math.max(newest?.sequence ?? 0, record?.sequence ?? 0);
  for (const entry of entries.toSorted((a, b) => a.sequence - b.sequence)) {
    const before = known.get(entry.sequence - 1);
    if (before === undefined && entry.sequence > 1) {
      missing(entry.sequence - 1);
      note(editedEntry(entry));
    } else note(brokenLink(entry, before));
    const after = known.get(entry.sequence + 1);
    if (after !== undefined) note(brokenLink(after, entry));
    else if (entry.sequence < end && entry.sequence + 1 !== record?.sequence) missing(entry.sequence + 1);
  }
  if (heldAgainstRecord) note(brokenAtHead(ref, record, known, newest));
  return [...found.values()].sort((a, b) => a.sequence - b.sequence);
}

const newestOf = (known: ReadonlyMap<number, AuditEntry>): AuditEntry | undefined =>
  known.get(Math.max(0, ...known.keys()));

/** Between the newest known entry and the one that the record names there may be others, which were not read. */
function brokenAtHead(
  ref: EntityRef,
  record: AuditedSubject | undefined,
  known: ReadonlyMap<number, AuditEntry>,
  newest: AuditEntry | undefined,
): BrokenLink | undefined {
  if (record === undefined && newest === undefined) return undefined;
  const broken = brokenHead(ref, record, newest);
  const isGap = record !== undefined && !known.has(record.sequence) && record.sequence > (newest?.sequence ?? 0);
  return broken && isGap ? { ...broken, sequence: record.sequence } : broken;
}
