import pLimit from 'p-limit';
import type { Answer } from '../../../lib/domain/answer.ts';
import { type EntityRef, refKey } from '../../../lib/domain/entity.ts';
import { defaultReadOptions, type ReadOptions } from '../../../lib/domain/freshness.ts';
import type { Service } from '../../../lib/domain/service.ts';
import { definitionOf, lookup } from '../../../lib/usecases/reading/lookup.ts';
import type { Question } from '../../recorded-truth/questions.ts';
import type { MemoryTables } from '../../support/memory-store.ts';
import type { Json, RecordedTruth } from '../../support/recorded-truth.ts';

const askedAtOnce = 20;

/** Ordinary lookups, which the cache may answer. */
export const askAll = (questions: readonly Question[], service: Service): Promise<Answer[]> =>
  pLimit(askedAtOnce).map(questions, (question) => ask(question, service));

export const ask = (question: Question, service: Service, options: ReadOptions = defaultReadOptions): Promise<Answer> =>
  lookup(idOf(question, service), options, service);

/** Answers that differ from the recording, at their own block or at the block through which they are verified. */
export function wrongAnswers(
  questions: readonly Question[],
  answers: readonly Answer[],
  truth: RecordedTruth,
): object[] {
  return questions.flatMap((question, index) => {
    const { data, block, verifiedThrough, source } = answers[index] as Answer;
    return [block.height, verifiedThrough.height].flatMap((height) => {
      const expected = question.truth(height);
      const answered = data as Json | null;
      const isTrue =
        JSON.stringify(comparable(answered)) === JSON.stringify(comparable(expected)) &&
        hasSameShape(answered, expected);
      const blockIsTrue = truth.block(block.height).hash === block.hash;
      if (isTrue && blockIsTrue) return [];
      return [{ asked: `${question.kind} ${question.id}`, height, source, block: block.height, answered, expected }];
    });
  });
}

/** The recording does not say whether a position is complete: only the type of `complete` is compared. */
const comparable = (data: Json | null): Json | null => data && { ...data, complete: undefined };
const hasSameShape = (answered: Json | null, expected: Json | null): boolean =>
  answered === null || expected === null || typeof answered.complete === typeof expected.complete;

/** The block of each record, by ref key. */
export const recordsIn = (tables: MemoryTables): Map<string, number> =>
  new Map(
    [...tables.records]
      .filter(([, { ref }]) => ref.kind !== 'basis')
      .map(([key, { block }]): [string, number] => [key, block.height]),
  );

export const idOf = ({ kind, id }: Question, service: Service): EntityRef => ({
  kind,
  id: definitionOf({ kind }, service).canonicalId(id),
});
export const keyOf = (question: Question, service: Service): string => refKey(idOf(question, service));

export function refOf(key: string): EntityRef {
  const at = key.indexOf('#');
  return { kind: key.slice(0, at), id: key.slice(at + 1) };
}
