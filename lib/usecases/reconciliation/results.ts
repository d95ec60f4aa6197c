import type { CheckResult, FailedCheck, Finding, Remedy } from '../../domain/reconciliation.ts';

/** What the chain says of a record, in so far as that could be told. */
export interface ComparisonResult {
  readonly finding: Finding;
  readonly problem?: string;
  readonly remedies: readonly Remedy[];
}

/** What the checks of one record come to. */
export interface Results {
  readonly checks: Readonly<Record<string, CheckResult>>;
  readonly problems: readonly FailedCheck[];
  readonly remedies: readonly Remedy[];
}

const longestProblem = 400;

export function createResults() {
  const checks: Record<string, CheckResult> = {};
  const problems: FailedCheck[] = [];
  const remedies: Remedy[] = [];
  const add = (check: string, result: CheckResult, problem: string | undefined, more: readonly Remedy[]): void => {
    checks[check] = result;
    if (problem !== undefined) problems.push({ check, problem: problem.slice(0, longestProblem) });
    remedies.push(...more);
  };
  return {
    /** A check that passed or, with a sentence, failed. */
    note(check: string, problem: string | undefined, ...whenFailed: readonly Remedy[]): void {
      if (problem === undefined) checks[check] = 'passed';
      else add(check, 'failed', problem, whenFailed);
    },
    /** What the chain says: that nobody could tell is no pass. */
    compared({ finding, problem, remedies: more }: ComparisonResult): void {
      const result = finding === 'match' ? 'passed' : finding === 'unverifiable' ? 'untold' : 'failed';
      add('chain', result, problem, more);
    },
    all: (): Results => ({ checks, problems, remedies: order.filter((remedy) => remedies.includes(remedy)) }),
  };
}

const named = 3;

/** A list in a sentence, of which no item can make the sentence long: what is found is kept, a page of it in one item. */
export function listed(items: readonly string[]): string {
  const first = items.slice(0, named).map((item) => (item.length > 100 ? `${item.slice(0, 100)}…` : item));
  const more = items.length - first.length;
  return first.join(', ') + (more > 0 ? ` and ${more} more` : '');
}

const order: readonly Remedy[] = ['watch', 'dispute', 'refresh', 'bases', 'look-up'];
