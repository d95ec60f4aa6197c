import type { Answer } from '../../domain/answer.ts';
import type { EntityRef } from '../../domain/entity.ts';
import { LookupError } from '../../domain/errors.ts';
import type { EntityRecord } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';
import { type LookupOutcome, lookupMany } from './lookup-many.ts';
import { type Tracked, trackedOf } from './tracked.ts';

/** The highest number of refs that one call reads. */
const refreshedAtMost = 100;
const readNow = { noCache: true, onlyIfCached: false, staleIfError: 0 } as const;

/**
 * What became of a ref. `created`: it has a record now; `changed`, `unchanged`: its record, compared with the one before;
 * `disputed`: the record contradicts the chain; `unsaved`: read, and the record is still of an earlier block;
 * `unavailable`: it was not read, and may be when asked again; `failed`: it cannot be read.
 */
export type Refreshment = 'created' | 'changed' | 'unchanged' | 'disputed' | 'unsaved' | 'unavailable' | 'failed';

export interface RefreshedAccount<Result> {
  readonly results: readonly (Result & { readonly outcome: Refreshment })[];
  /** The last ref of this page, where another page follows. */
  readonly last: EntityRef | undefined;
}

export interface RefreshBatch<Result extends object> {
  readonly maxBytes: number;
  /** Throws for an entity that the caller may not see: it is not read. */
  admit?(ref: EntityRef): void;
  render(ref: EntityRef, outcome: LookupOutcome): Result | Promise<Result>;
}

/**
 * Reads a page of what is tracked for an account from the chain, whatever the cache holds, at one tip and with shared bases.
 * One outcome for each ref: a part that fails leaves the others as they are. Throws the failure where nothing could be read,
 * and StoreUnavailable where it is not known what is tracked.
 */
export async function refreshAccount<Result extends object>(
  tracked: Tracked,
  { maxBytes, admit = () => {}, render }: RefreshBatch<Result>,
  service: Service,
): Promise<RefreshedAccount<Result>> {
  const { refs, more } = await trackedOf(tracked, refreshedAtMost, service);
  const before = await service.records.getMany(refs);
  const read: LookupOutcome[] = [];
  const rendered = await lookupMany(
    refs,
    readNow,
    {
      maxBytes,
      admit,
      render(outcome, index) {
        read[index] = outcome;
        return render(refs[index] as EntityRef, outcome);
      },
    },
    service,
  );
  throwIfNothingRead(read);
  // The answers are the chain's, whether or not the store can say what became of the records.
  const after = await service.records.getMany(refs).catch(() => []);
  const results = rendered.map((result, index) => ({
    ...result,
    outcome: outcomeOf(read[index] as LookupOutcome, before[index], after[index]),
  }));
  return { results, last: more ? refs.at(-1) : undefined };
}

function throwIfNothingRead(outcomes: readonly LookupOutcome[]): void {
  const [first] = outcomes;
  if (first === undefined || !outcomes.every(isUnavailable)) return;
  if ('error' in first) throw first.error;
}

const isUnavailable = (outcome: LookupOutcome): boolean =>
  'error' in outcome && outcome.error instanceof LookupError && outcome.error.retryable;

function outcomeOf(
  outcome: LookupOutcome,
  before: EntityRecord | undefined,
  after: EntityRecord | undefined,
): Refreshment {
  if ('error' in outcome) return isUnavailable(outcome) ? 'unavailable' : 'failed';
  const { answer } = outcome;
  if (answer.conflict !== null) return 'disputed';
  if (!isSaved(answer, after)) return 'unsaved';
  if (after?.sequence === before?.sequence) return 'unchanged';
  return before === undefined ? 'created' : 'changed';
}

/** An absence of what never had a record leaves no record. A record at its last value is not written again. */
const isSaved = (answer: Answer, after: EntityRecord | undefined): boolean =>
  after === undefined ? answer.data === null : after.block.height >= answer.block.height;
