import { createHash } from 'node:crypto';
import { dayAt, dayMs } from '../../domain/days.ts';
import { type HeadPlace, type HeadStatement, headDigestOf, headLine, signedText } from '../../domain/head-digest.ts';
import type { HeadArchive, HeadSigner } from '../../domain/ports/head-archive.ts';
import type { AuditEntry } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';
import { entriesInOrder } from './entry-order.ts';

/** A day that one invocation did not finish. */
export interface UnfinishedDay {
  readonly day: string;
  readonly parts: readonly string[];
  readonly entries: number;
  /** The entry that the last part ends with. */
  readonly after: HeadPlace;
}

export interface DigestHeadsRequest {
  /** What the invocation before has left; null: nothing. */
  readonly unfinished: UnfinishedDay | null;
  /** The first day, where none is kept yet; left out: yesterday. */
  readonly first?: string | undefined;
  readonly budgetMs: number;
}

export interface DigestedHeads {
  /** Every day that is over is kept. */
  readonly done: boolean;
  readonly unfinished: UnfinishedDay | null;
}

export type HeadService = Pick<Service, 'audit' | 'clock' | 'network' | 'log'> & {
  readonly archive: HeadArchive;
  readonly signer: HeadSigner;
  readonly environment: string;
};

/** Entries are dated by the clocks of processes, and come into the index late: a day is over when its last hour is. */
const settledMs = 3_600_000;
/** Some 2 MB of lines, which is what this holds in memory. */
const partSize = 10_000;

/**
 * Signs the entries of the first day that is over and not kept yet (rule AUDIT-2). It ends after that day, or when its time is up,
 * and says what is left.
 */
export async function digestHeads(request: DigestHeadsRequest, service: HeadService): Promise<DigestedHeads> {
  const { clock, archive } = service;
  // A day that has not ended was signed past this service, or by a clock that was ahead: days go on without it.
  const latest = await archive.latest(dayAt(clock.now()));
  const day = request.unfinished?.day ?? dayAfter(latest) ?? request.first ?? dayAt(clock.now() - settledMs - dayMs);
  if (Date.parse(day) + dayMs + settledMs > clock.now()) return { done: true, unfinished: null };
  const ends = clock.now() + request.budgetMs;
  const left = request.unfinished;
  const parts = [...(left?.parts ?? [])];
  let entries = left?.entries ?? 0;
  let part: AuditEntry[] = [];
  const keep = async () => {
    const lines = part.map(headLine).join('');
    const digest = createHash('sha256').update(lines).digest('hex');
    await archive.putPart(digest, lines);
    parts.push(digest);
    entries += part.length;
    part = [];
  };
  const span = { from: new Date(day).toISOString(), until: new Date(Date.parse(day) + dayMs).toISOString() };
  for await (const entry of entriesInOrder({ ...span, after: left?.after ?? null }, service)) {
    part.push(entry);
    if (part.length < partSize) continue;
    await keep();
    const { timestamp, ref, sequence, digest } = entry;
    const after = { timestamp, ref, sequence, digest };
    if (clock.now() >= ends) return { done: false, unfinished: { day, parts, entries, after } };
  }
  if (part.length > 0) await keep();
  await sign({ day, entries, parts, latest }, service);
  return { done: false, unfinished: null };
}

interface WholeDay extends Pick<HeadStatement, 'day' | 'entries' | 'parts'> {
  readonly latest: string | undefined;
}

async function sign({ latest, ...day }: WholeDay, service: HeadService): Promise<void> {
  const { archive, signer, clock, network, environment, log } = service;
  const before = latest === undefined ? undefined : await archive.get(latest);
  const statement: HeadStatement = {
    service: 'astake-lookup',
    network,
    environment,
    ...day,
    partSize,
    previous: before?.signed
      ? { day: before.signed.statement.day, digest: headDigestOf(before.signed.statement) }
      : null,
    takenAt: new Date(clock.now()).toISOString(),
  };
  // Of two invocations at once, the first is kept.
  const isKept = await archive.put({ statement, ...(await signer.sign(signedText(statement))) });
  if (isKept)
    log.debug('the heads of a day are signed', { day: day.day, entries: day.entries, digest: headDigestOf(statement) });
}

const dayAfter = (day: string | undefined): string | undefined =>
  day === undefined ? undefined : dayAt(Date.parse(day) + dayMs);
