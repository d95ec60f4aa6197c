import { canonicalJson } from '../../domain/digest.ts';
import { refKey } from '../../domain/entity.ts';
import type { FieldChange, OpenFinding } from '../../domain/reconciliation.ts';
import type { AuditEntry } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';
import type { CountedRecord } from '../../domain/tally.ts';

/** Samples are kept in one table item with the rest of a shard, so what they say is short. */
const fieldsShown = 5;
const charactersShown = 120;
const charactersBefore = 20;

/**
 * Adds to each sample what changed in its record since it was examined, from the audit entry that its record names now: a worker
 * that takes the page up again finds the same. `found` is in the order of `counted`.
 */
export async function withFieldChanges(
  found: readonly OpenFinding[],
  counted: readonly CountedRecord[],
  { records, audit }: Pick<Service, 'records' | 'audit'>,
): Promise<CountedRecord[]> {
  const mended = found.filter((_, at) => counted[at]?.sample?.problems.some(({ outcome }) => outcome === 'fixed'));
  const now = await records.getMany(mended.map(({ ref }) => ref));
  const changed = mended.flatMap(({ ref, sequence }, at) => {
    const record = now[at];
    return record === undefined || record.sequence === sequence ? [] : [{ ref, sequence: record.sequence }];
  });
  const entries = changed.length === 0 ? [] : await audit.entries(changed);
  const changes = new Map(changed.map(({ ref }, at) => [refKey(ref), changesIn(entries[at])]));
  return counted.map((one) => {
    const these = one.sample && changes.get(refKey(one.sample.ref));
    return one.sample === undefined || these === undefined || these.length === 0
      ? one
      : { ...one, sample: { ...one.sample, changes: these } };
  });
}

/** The first changed fields, by name. */
export function changesIn(entry: Pick<AuditEntry, 'before' | 'after'> | undefined): FieldChange[] {
  const [before, after] = [entry?.before ?? {}, entry?.after ?? {}] as Record<string, unknown>[];
  const fields = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])].sort();
  return fields.slice(0, fieldsShown).map((field) => {
    const [old, fresh] = [textOf(before?.[field]), textOf(after?.[field])];
    const differs = [...old].findIndex((character, at) => character !== fresh[at]);
    const start = Math.max(0, (differs === -1 ? old.length : differs) - charactersBefore);
    return { field, before: cut(old, start), after: cut(fresh, start) };
  });
}

/** A row that was edited may hold what has no canonical form. */
function textOf(value: unknown): string {
  try {
    return canonicalJson(value ?? null);
  } catch {
    return JSON.stringify(value) ?? 'null';
  }
}

function cut(text: string, start: number): string {
  if (text.length <= charactersShown) return text;
  const shown = text.slice(start, start + charactersShown);
  return `${start > 0 ? '…' : ''}${shown}${start + charactersShown < text.length ? '…' : ''}`;
}
