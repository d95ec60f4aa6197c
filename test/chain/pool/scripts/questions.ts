import { type Question, questionsOf, unusedAccount } from '../../../recorded-truth/questions.ts';
import { truth } from '../cluster.ts';
import type { Chance } from './chance.ts';

const all = questionsOf(truth);
const of = (kind: Question['kind'], isMeant: (question: Question) => boolean = () => true): readonly Question[] =>
  all.filter((question) => question.kind === kind && isMeant(question));

const lowest = 45;
const highest = 62;
const recent = new Set(
  truth.transactions.filter(({ height }) => lowest <= height && height <= highest).map(({ hash }) => hash),
);
const changes = ({ truth: at }: Question): boolean => JSON.stringify(at(lowest)) !== JSON.stringify(at(highest));
/** Reading one asks for every validator. */
const stakers = of('staking', changes).slice(0, 3);

/** The questions and their shares: some change while a script runs, many do not, and some do not exist. */
const asked: readonly { readonly share: number; readonly questions: readonly Question[] }[] = [
  { share: 0.45, questions: of('asset') },
  { share: 0.25, questions: of('account', changes) },
  { share: 0.12, questions: of('account', (question) => !changes(question)).slice(0, 12) },
  { share: 0.02, questions: of('account', ({ id }) => id === unusedAccount) },
  { share: 0.14, questions: of('transaction', ({ id }) => recent.has(id)) },
  { share: 0.02, questions: stakers },
];

/** Each of them once. */
export const questions: readonly Question[] = asked.flatMap((one) => one.questions);

export function drawQuestion(draw: Chance): Question {
  let left = draw.next();
  const drawn = asked.find(({ share }) => {
    left -= share;
    return left < 0;
  });
  return draw.pick((drawn ?? (asked[0] as (typeof asked)[number])).questions);
}
