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

/** What the database would have answered in the chain's place. */
export interface DriftSample {
  /** Whose reading it is: others may join that, and have read nothing to compare. */
  readonly by: LookupContext;
  /** undefined: it could not be told, which is neither an answer nor none. */
  readonly kept: Promise<{ readonly answer: Answer | undefined } | undefined>;
}

const noDrift: Drift = { same: 0, differs: 0, none: 0 };
const sampleMetric = { same: 'SampledSame', differs: 'SampledDiffers', none: 'SampledNone' } as const;

/**
 * A share of what is read from the chain is looked up in the database as well, as if no node had answered: so that way is gone
 * every day, and not only on the day when it is needed. `record` is the one that was there before the reading saves.
 */
export function drawSample(
  record: EntityRecord | undefined,
  snapshot: Snapshot,
  reading: LookupContext,
): DriftSample | undefined {
  const { options, service } = reading;
  if (options.aheadOfNeed || !service.traffic.isDrawn(service.limits.sampleShare)) return undefined;
  const kept = fromRecord(record, snapshot, reading)
    .then((answer) => ({ answer }))
    .catch((error: unknown) =>
      error instanceof LookupError && error.code === 'too_old' ? { answer: undefined } : storeFailed(error, service),
    );
  return { by: reading, kept };
}

/** Counts how the two compare, and tells the store; whatever becomes of that, the chain's answer leaves. */
export async function reportSample(sample: DriftSample, answer: Answer): Promise<void> {
  const { deadline } = sample.by;
  await withTimeout(compareAndTell(sample, answer), Math.min(flushTimeoutMs, deadline.remaining()));
}

async function compareAndTell({ kept, by: { key, service } }: DriftSample, answer: Answer): Promise<void> {
  const { progress, metrics, clock, log } = service;
  const instead = await kept;
  if (instead === undefined) return;
  const outcome = outcomeOf(instead.answer, answer);
  metrics.count(sampleMetric[outcome]);
  if (outcome === 'differs') {
    const heights = { database: instead.answer?.verifiedThrough.height, chain: answer.block.height };
    log.info('the database would have answered otherwise', { ref: key, ...heights });
  }
  const told = progress.noteDrift({ ...noDrift, [outcome]: 1 }, clock.now());
  await told.catch(() => log.warn('a sample could not be kept'));
}

/** What the chain has and the database has not seen yet differs too: callers would have been told the older value. */
function outcomeOf(kept: Answer | undefined, answer: Answer): keyof Drift {
  if (kept === undefined) return 'none';
  return sameValue(kept.data, answer.data) ? 'same' : 'differs';
}
