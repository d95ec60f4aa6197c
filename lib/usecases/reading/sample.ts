import type { Answer } from '../../domain/answer.ts';
import type { Snapshot } from '../../domain/claim.ts';
import { sameValue } from '../../domain/compare.ts';
import { withTimeout } from '../../domain/deadline.ts';
import { LookupError } from '../../domain/errors.ts';
import type { Drift } from '../../domain/ports/progress-store.ts';
import type { EntityRecord } from '../../domain/record.ts';
import { flushTimeoutMs, storeFailed } from '../store-access.ts';
import { fromRecord } from './from-database.ts';
import type { LookupContext } from './lookup-context.ts';

/** What the database would have answered in place of the chain. */
export interface DriftSample {
  /** The lookup that has drawn the sample. Other lookups may share its reading and have nothing to compare. */
  readonly by: LookupContext;
  /** `answer` undefined: the database has none; the whole undefined: the store failed, so nothing is counted. */
  readonly stored: Promise<{ readonly answer: Answer | undefined } | undefined>;
}

const noDrift: Drift = { same: 0, differs: 0, none: 0 };
const sampleMetric = { same: 'SampledSame', differs: 'SampledDiffers', none: 'SampledNone' } as const;

/**
 * For a share of the chain's answers, works out what the database would have answered if no node had: so the fallback
 * runs every day, not only on the day when it is needed. `record` is the record from before this lookup saves.
 */
export function drawSample(
  record: EntityRecord | undefined,
  snapshot: Snapshot,
  context: LookupContext,
): DriftSample | undefined {
  const { options, service } = context;
  if (options.aheadOfNeed || !service.traffic.isDrawn(service.limits.sampleShare)) return undefined;
  const stored = fromRecord(record, snapshot, context)
    .then((answer) => ({ answer }))
    .catch((error: unknown) =>
      error instanceof LookupError && error.code === 'too_old' ? { answer: undefined } : storeFailed(error, service),
    );
  return { by: context, stored };
}

/** Compares the sample with the chain's answer and counts the outcome. A failure never holds the answer back. */
export async function reportSample(sample: DriftSample, answer: Answer): Promise<void> {
  const { deadline } = sample.by;
  await withTimeout(compareAndStore(sample, answer), Math.min(flushTimeoutMs, deadline.remaining()));
}

async function compareAndStore({ stored, by: { key, service } }: DriftSample, answer: Answer): Promise<void> {
  const { progress, metrics, clock, log } = service;
  const instead = await stored;
  if (instead === undefined) return;
  const outcome = outcomeOf(instead.answer, answer);
  metrics.count(sampleMetric[outcome]);
  if (outcome === 'differs') {
    const heights = { database: instead.answer?.verifiedThrough.height, chain: answer.block.height };
    log.info('the database would have given another answer', { ref: key, ...heights });
  }
  const noted = progress.noteDrift({ ...noDrift, [outcome]: 1 }, clock.now());
  await noted.catch(() => log.warn('a sample was not stored'));
}

/** A change of the chain that the database has not seen yet counts as a difference: the caller would have got the old value. */
function outcomeOf(stored: Answer | undefined, answer: Answer): keyof Drift {
  if (stored === undefined) return 'none';
  return sameValue(stored.data, answer.data) ? 'same' : 'differs';
}
