import { canonicalJson, digestOf } from './digest.ts';
import type { AuditEntry } from './record.ts';

/** What is signed of one day (UTC): each entry of the audit trails that has its date, so the head of each trail too (rule AUDIT-2). */
export interface HeadStatement {
  readonly service: 'astake-lookup';
  readonly network: string;
  readonly environment: string;
  /** `2026-11-30` */
  readonly day: string;
  readonly entries: number;
  readonly partSize: number;
  /** SHA-256, in hex, of each part: `partSize` lines, of entries in the order of rule AUDIT-1, one line for each. */
  readonly parts: readonly string[];
  /** The statement before; null: this is the first. */
  readonly previous: { readonly day: string; readonly digest: string } | null;
  /** ISO 8601. */
  readonly takenAt: string;
}

export interface SignedHeads {
  readonly statement: HeadStatement;
  /** ECDSA on P-256 with SHA-256 over the canonical form of the statement: DER, in base64. */
  readonly signature: string;
  /** SPKI, in PEM. */
  readonly publicKey: string;
}

/** The text of a kept statement; null: it is none. Who may write where it is kept can have put anything there. */
export function signedHeadsIn(text: string): SignedHeads | null {
  try {
    const { statement, signature, publicKey } = JSON.parse(text);
    const texts = [statement.day, signature, publicKey, ...statement.parts];
    return texts.every((one) => typeof one === 'string') ? { statement, signature, publicKey } : null;
  } catch {
    return null;
  }
}

/** `2026-11-30` */
export const isDay = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) && new Date(text).toISOString().startsWith(text);

/** The latest day, before this one where one is given. What is no day is left out. */
export const latestOf = (names: readonly string[], before?: string): string | undefined =>
  names
    .filter((name) => isDay(name) && (before === undefined || name < before))
    .sort()
    .at(-1);

export const headDigestOf = (statement: HeadStatement): string => digestOf(statement);

export const signedText = (statement: HeadStatement): string => canonicalJson(statement);

/** Its place in the order of rule AUDIT-1, and its digest, which covers all entries of the trail before it. */
export const headLine = ({ timestamp, ref, sequence, digest }: AuditEntry): string =>
  `${JSON.stringify([timestamp, ref.kind, ref.id, sequence, digest])}\n`;

export type HeadPlace = Pick<AuditEntry, 'timestamp' | 'ref' | 'sequence' | 'digest'>;

/** Throws for a line that is none. */
export function placeOfLine(line: string): HeadPlace {
  const [timestamp, kind, id, sequence, digest] = JSON.parse(line) as [string, string, string, number, string];
  return { timestamp, ref: { kind, id }, sequence, digest };
}
