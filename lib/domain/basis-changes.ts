import type { BlockRef } from './block.ts';

/** A block as far as a claim needs it. */
export type Through = Pick<BlockRef, 'height' | 'timestamp'>;

/** When something changed, as far back as is known. */
export interface ChangeLog {
  /** Every change after this block is listed. */
  readonly since: number;
  /** For each change, the last block before it; ascending. */
  readonly before: readonly Through[];
}

/** The changes of a basis (rule CLAIM-3): of its value, and of what it joins to answers. */
export interface BasisChanges {
  readonly value: ChangeLog;
  readonly joined: ChangeLog;
}

const changesKept = 32;

/** Nothing is known of what was there before this block. */
export const logSince = (height: number): ChangeLog => ({ since: height, before: [] });

export const changesSince = (height: number): BasisChanges => ({ value: logSince(height), joined: logSince(height) });

/** Adds changes that are later than all that are listed. Past 32 the oldest are forgotten, and `since` says so. */
export function withChanges({ since, before }: ChangeLog, added: readonly Through[]): ChangeLog {
  const all = [...before, ...added];
  const forgotten = all.at(-changesKept - 1);
  return {
    since: forgotten === undefined ? since : Math.max(since, forgotten.height + 1),
    before: all.slice(-changesKept),
  };
}

/** The last block, at most `end`, through which nothing has changed since `from`; `from` itself where that is not known. */
export function unchangedThrough(log: ChangeLog | undefined, from: Through, end: Through): Through {
  if (log === undefined || from.height < log.since) return from;
  const change = log.before.find(({ height }) => height >= from.height);
  return change === undefined || change.height >= end.height ? end : change;
}
