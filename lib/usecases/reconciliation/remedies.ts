import pLimit from 'p-limit';
import { refKey } from '../../domain/entity.ts';
import { ChainUnavailable, messageOf } from '../../domain/errors.ts';
import type { OpenFinding, PageFound, Reconciliation, Remedy, RemedyOutcome } from '../../domain/reconciliation.ts';
import type { Service } from '../../domain/service.ts';
import type { CountedRecord } from '../../domain/tally.ts';
import { askForBasis } from './ask-for-basis.ts';
import { completeChange } from './complete-change.ts';
import { lookUpReferences } from './look-up-references.ts';
import { openDispute } from './open-dispute.ts';
import { refreshByQuorum } from './refresh-by-quorum.ts';
import { restoreWatches } from './watch-again.ts';

/** How one remedy ended. */
export interface Remedied {
  readonly outcome: Exclude<RemedyOutcome, 'would-fix'>;
  readonly conflict?: string | undefined;
}

const atOnce = 4;

/**
 * Does what is to be done about a page, and moves the date of what stands. Each remedy may be taken again by whoever takes the
 * page up: what has been put right already is not done twice. `since` (ISO 8601): when the page was looked at.
 */
export async function carryOut(
  page: PageFound,
  since: string,
  run: Reconciliation,
  service: Service,
): Promise<CountedRecord[]> {
  if (run.dryRun)
    return page.found.map((found) => countedOf(found, found.remedies.length === 0 ? 'unfixed' : 'would-fix', null));
  const limit = pLimit(atOnce);
  try {
    const counted = await limit.map(page.found, (found) => remedy(found, since, service));
    await service.records.markChecked(page.sound, new Date(service.clock.now()).toISOString());
    return counted;
  } finally {
    limit.clearQueue();
  }
}

async function remedy(found: OpenFinding, since: string, service: Service): Promise<CountedRecord> {
  let outcome: RemedyOutcome = found.remedies.length === 0 ? 'unfixed' : 'fixed';
  let conflict: string | null = null;
  for (const name of found.remedies) {
    const ended = await attempt(name, found, since, service);
    conflict = ended.conflict ?? conflict;
    // A person sees it, whatever else was put right; what could not be put right is said as well.
    if (ended.outcome !== 'fixed' && outcome !== 'review') outcome = ended.outcome;
  }
  return countedOf(found, outcome, conflict);
}

/** `changed`: the record is another one by now, and was put right by whoever changed it. */
const remedies: Record<Remedy, (found: OpenFinding, service: Service) => Promise<Remedied | 'changed'>> = {
  watch: restoreWatches,
  refresh: refreshByQuorum,
  dispute: openDispute,
  bases: askForBasis,
  'look-up': lookUpReferences,
};

/** A chain that cannot be asked leaves the record as it is; a store that cannot be used ends the page, which is taken up again. */
async function attempt(name: Remedy, found: OpenFinding, since: string, service: Service): Promise<Remedied> {
  try {
    const ended = await remedies[name](found, service);
    return ended === 'changed' ? await completeChange(found, since, service) : ended;
  } catch (error) {
    if (!(error instanceof ChainUnavailable)) throw error;
    service.log.warn('a record was not put right', { ref: refKey(found.ref), remedy: name, reason: messageOf(error) });
    return { outcome: 'unfixed' };
  }
}

const countedOf = (
  { ref, finding, problems, height, through, checks }: OpenFinding,
  outcome: RemedyOutcome,
  conflict: string | null,
): CountedRecord => ({
  kind: ref.kind,
  finding,
  checks,
  outcome,
  sample: { ref, finding, problems, outcome, height, through, conflict },
});
