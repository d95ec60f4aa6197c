import { type EntityRef, refKey } from '../../../lib/domain/entity.ts';
import type { Service } from '../../../lib/domain/service.ts';
import { definitionOf } from '../../../lib/usecases/reading/lookup.ts';
import { type Question, questionsOf } from '../../recorded-truth/questions.ts';
import { type LiquidSettings, recordedTruth } from '../../support/recorded-truth.ts';
import { stretchedTime } from './stretched-time.ts';

const truth = recordedTruth('chain-d');
const times = stretchedTime('chain-d');

/** How long before its block a transaction is looked up. */
const askedAheadMs = 30_000;

/** An entity that is read every second, from a certain time on. */
export interface Watched {
  readonly ref: EntityRef;
  readonly from: number;
  /** The recorded value by height; undefined where it is not known. */
  readonly values: readonly (string | undefined)[];
  /** Heights of changes that no reader has seen yet. */
  readonly unseen: number[];
  /** Whether reading ends after the last change. */
  readonly ends: boolean;
}

/** Every entity that changes on the chain, once. */
export function watchedBy(settings: LiquidSettings | undefined, service: Pick<Service, 'definitions'>): Watched[] {
  const questions = new Map(
    questionsOf(truth, settings).map((question) => {
      const ref = { kind: question.kind, id: definitionOf(question, service).canonicalId(question.id) };
      return [refKey(ref), { ref, question }];
    }),
  );
  return [...questions.values()]
    .map(({ ref, question }) => watch(ref, question))
    .filter(({ unseen }) => unseen.length > 0);
}

function watch(ref: EntityRef, question: Question): Watched {
  const values = Array.from({ length: truth.lastHeight + 1 }, (_, height) => textOf(question.truth(height)));
  if (ref.kind !== 'transaction') {
    const unseen = values.flatMap((value, height) => (height > 0 && value !== values[height - 1] ? [height] : []));
    return { ref, values, unseen, from: times.genesis, ends: false };
  }
  // Before its block a transaction may be known or not.
  const executed = truth.transactions.find(({ hash }) => hash === ref.id)?.height ?? 0;
  return {
    ref,
    values: values.map((value, height) => (height < executed ? undefined : value)),
    unseen: executed > 0 ? [executed] : [],
    from: Math.max(times.genesis, times.of(executed) - askedAheadMs),
    ends: true,
  };
}

/** Without `complete`, which the recording does not hold, and without the time of a transaction, which is not stretched. */
export const textOf = (data: object | null): string =>
  JSON.stringify(data && { ...data, complete: undefined, timestamp: undefined });
