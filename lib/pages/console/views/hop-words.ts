import type { Schemas } from '../../../client/index.ts';
import { numberText } from '../parts/number-text.ts';
import { durationText } from '../parts/time-text.ts';

type Explanation = Schemas['Explanation'];
type Hop = Explanation['hops'][number];

const titles: Readonly<Record<Hop['step'], string>> = {
  asked: 'Asked for',
  snapshot: 'What sync has followed',
  cache: 'Cache',
  lease: 'Which process reads',
  chain: 'Chain',
  node: 'Node',
  hedge: 'A second node, since the first is slow',
  retry: 'All nodes once more',
  store: 'Store',
  save: 'Saving',
  conflict: 'Conflict',
  database: 'Database',
  answer: 'Answer',
};

export const hopTitle = ({ step, node }: Hop): string =>
  node === undefined ? titles[step] : `${titles[step]} ${node}`;

const good = ['answered', 'has none', 'read', 'saved', 'used', 'fresh'];
const bad = ['failed', 'no answer', 'throttled', 'given up', 'unusable', 'too old'];
const sources = ['cache', 'chain', 'database', 'history'];

/** The colour of a step's outcome. */
export function gradeOf({ step, outcome, stale }: Hop): string {
  if (step === 'answer') return stale ? 'warn' : sources.includes(outcome) ? 'good' : 'bad';
  return good.includes(outcome) ? 'good' : bad.includes(outcome) ? 'bad' : 'plain';
}

/** The figures of a step, each with its name and unit. */
export function hopFacts({ step, method, tookMs, waitedMs, breaker, height, age, limit, stale }: Hop): string {
  return [
    method,
    tookMs === undefined ? undefined : `took ${numberText(tookMs)} ms`,
    waitedMs === undefined || waitedMs === 0
      ? undefined
      : `${step === 'retry' ? 'after' : 'of which it waited'} ${numberText(waitedMs)} ms`,
    breaker === undefined ? undefined : `breaker ${breaker}`,
    height === undefined ? undefined : `block ${numberText(height)}`,
    age === undefined ? undefined : `${durationText(age)} old`,
    limit === undefined ? undefined : limit < 0 ? 'not usable at any age' : `may be ${durationText(limit)} old`,
    stale ? 'stale' : undefined,
  ]
    .filter((part) => part !== undefined)
    .join(', ');
}

/** The outcome of the whole request in a sentence. A batch has several answers. */
export function requestVerdict({ status, code, hops }: Explanation): { readonly text: string; readonly grade: string } {
  if (code !== null) return { text: `It failed: ${code.replaceAll('_', ' ')}, status ${status}`, grade: 'bad' };
  const answers = hops.filter(({ step }) => step === 'answer');
  const grades = answers.map(gradeOf);
  const grade = grades.includes('bad') ? 'bad' : grades.includes('warn') ? 'warn' : 'good';
  const [answer] = answers;
  if (answer === undefined) return { text: `It was answered with status ${status}`, grade };
  if (answers.length > 1) {
    const failed = grades.filter((one) => one === 'bad').length;
    const stale = answers.filter(({ stale }) => stale).length;
    return { text: `It had ${answers.length} answers: ${failed} failed, ${stale} stale`, grade };
  }
  if (grade === 'bad') return { text: `It failed: ${answer.outcome.replaceAll('_', ' ')}, status ${status}`, grade };
  const where = answer.outcome === 'history' ? 'history of the record' : answer.outcome;
  return { text: `It was answered from the ${where}${answer.stale ? ', and is stale' : ''}`, grade };
}

interface NodeSummary {
  readonly node: string;
  readonly answered: number;
  readonly failed: number;
  readonly slowestMs: number;
  readonly breaker: 'open' | 'closed' | undefined;
  /** Of the last call that it did not answer. */
  readonly why: string | undefined;
}

/** Each node that was asked, or could not be, in the order of the first call. */
export function nodesOf(hops: Explanation['hops']): NodeSummary[] {
  const calls = hops.filter(({ step, node }) => step === 'node' && node !== undefined);
  return [...new Set(calls.map(({ node = '' }) => node))].map((node) => {
    const its = calls.filter((call) => call.node === node);
    const hasAnswered = ({ outcome }: Hop) => outcome === 'answered' || outcome === 'has none';
    // `no answer` is no call: it says after the last one why the node can give none.
    const sent = its.filter(({ outcome }) => outcome !== 'no answer');
    const last = its.findLast((hop) => !hasAnswered(hop));
    const answered = sent.filter(hasAnswered).length;
    return {
      node,
      answered,
      failed: sent.length - answered,
      slowestMs: Math.max(0, ...its.map(({ tookMs = 0 }) => tookMs)),
      breaker: its.at(-1)?.breaker,
      why: last && [last.outcome, last.why].filter((part) => part !== undefined).join(': '),
    };
  });
}
