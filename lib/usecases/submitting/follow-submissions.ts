import pLimit from 'p-limit';
import type { BlockRef } from '../../domain/block.ts';
import { isEdited } from '../../domain/compare.ts';
import type { SubmittedEnd } from '../../domain/entity.ts';
import { ChainUnavailable, LookupError, messageOf, StoreUnavailable } from '../../domain/errors.ts';
import { submissionEnded } from '../../domain/events.ts';
import type { EntityRecord } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';
import { nextSubmission, type StoredSubmission, transactionRef } from '../../domain/submission.ts';
import { definitionOf, lookup } from '../reading/lookup.ts';
import { storeFailed, trusted } from '../store-access.ts';
import { readingFor } from './record-pending.ts';
import { isAwaited } from './settle.ts';

/** Of one tick. What is left over comes in the next ones, first what ends first. */
const mostOpen = 500;
const mostReadings = 50;
const readingsAtOnce = 4;
const writesAtOnce = 16;

/**
 * Rule SUBMIT-6: ends the open submissions that the followed chain decides. Where the record says that a block holds the transaction,
 * no node is asked. Nodes are asked for what has no record to rely on, and for what the followed chain has outlived. Without an open
 * submission this is one query. A failure leaves the rest to the next tick.
 */
export async function followSubmissions(isOver: () => boolean, service: Service): Promise<void> {
  try {
    const open = (await service.submissions.open(mostOpen)).filter((one) => !isAwaited(one, service));
    if (open.length === 0) return;
    const snapshot = await service.snapshots.renewed();
    const { cursor, fork } = snapshot.progress;
    if (cursor === null) return;
    const records = await service.records.getMany(open.map(({ hash }) => transactionRef(hash)));
    const known = open.map((submission, index) => ({ submission, record: relied(records[index]) }));

    const ended = known.flatMap(({ submission, record }) => {
      const end = record?.value && endIn(record.value, service);
      return end?.state === 'ended'
        ? [{ submission, end, seenAt: record?.block ?? null, fork: record?.fork ?? fork }]
        : [];
    });
    await pLimit(writesAtOnce).map(ended, (one) => finish(one, service));

    const decided = new Set(ended.map(({ submission }) => submission));
    const isOutlived = ({ validUntil }: StoredSubmission) => Date.parse(cursor.timestamp) > Date.parse(validUntil);
    const undecided = known.flatMap(({ submission, record }) =>
      !decided.has(submission) && (record === undefined || isOutlived(submission)) ? [submission] : [],
    );
    await pLimit(readingsAtOnce).map(inTurn(undecided, cursor), async (submission) => {
      if (!isOver()) await ask(submission, isOutlived(submission), fork, service);
    });

    function relied(record: EntityRecord | undefined): EntityRecord | undefined {
      const sound = trusted(record, snapshot);
      return sound === undefined || isEdited(sound) || sound.conflict !== null ? undefined : sound;
    }
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error;
    storeFailed(error, service);
  }
}

/** Each tick begins elsewhere, so that those which no node decides do not keep the others from their turn. */
function inTurn(submissions: readonly StoredSubmission[], { height }: BlockRef): readonly StoredSubmission[] {
  const first = submissions.length > mostReadings ? height % submissions.length : 0;
  return [...submissions.slice(first), ...submissions.slice(0, first)].slice(0, mostReadings);
}

const endIn = (value: object, service: Pick<Service, 'definitions'>): SubmittedEnd | undefined =>
  definitionOf(transactionRef(''), service).endOf?.(value);

/** Reads the transaction, which records it as pending where that was not done. */
async function ask(submission: StoredSubmission, isOutlived: boolean, fork: number, service: Service): Promise<void> {
  const { hash, validUntil, state } = submission;
  try {
    const { data, block } = await lookup(transactionRef(hash), readingFor(submission.by), service);
    const isBeyond = isOutlived && Date.parse(block.timestamp) > Date.parse(validUntil);
    const end = data === null ? expired : endIn(data, service);
    // "Expired" makes people sign again: the followed chain and the block of the answer are both beyond the time to live.
    if (end?.state === 'ended' || (end !== undefined && isBeyond))
      await finish({ submission, end, seenAt: block, fork }, service);
    else if (data !== null && end === undefined && state !== 'accepted')
      await advance(submission, { state: 'accepted' }, block, service);
  } catch (error) {
    if (!(error instanceof ChainUnavailable || error instanceof LookupError)) throw error;
    service.log.warn('what became of a submitted transaction is not known yet', { hash, error: messageOf(error) });
  }
}

const expired = { state: 'expired' } as const;

interface Finish {
  readonly submission: StoredSubmission;
  readonly end: SubmittedEnd;
  /** The block that shows it. */
  readonly seenAt: BlockRef | null;
  readonly fork: number;
}

function finish({ submission, end, seenAt, fork }: Finish, service: Service): Promise<void> {
  const block = end.state === 'ended' ? end.block : seenAt && { height: seenAt.height, hash: seenAt.hash };
  const outcome = end.state === 'ended' ? end.outcome : null;
  return advance(submission, { state: end.state, outcome, block, fork }, seenAt, service);
}

/** Where another process has changed the submission in the meantime, its change stands, and the next tick looks again. */
async function advance(
  submission: StoredSubmission,
  change: Partial<StoredSubmission>,
  seenAt: BlockRef | null,
  { submissions, clock }: Service,
): Promise<void> {
  const transition = { cause: 'sync', actor: 'service', seenAt, now: clock.now() } as const;
  const { next, entry } = nextSubmission(submission, change, transition);
  await submissions.change(next, entry, next.state === 'accepted' ? undefined : submissionEnded(next));
}
