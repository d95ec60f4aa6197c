import type { CheckResult, Finding, OpenProblem, Remedy } from '../../domain/reconciliation.ts';

/** How a record compares with the chain. */
export interface ComparisonResult {
  readonly finding: Finding;
  readonly problem?: string;
  readonly remedies: readonly Remedy[];
  /** `untold`: the record's reading asked for less than the one that it is compared with. */
  readonly completeness?: 'untold';
}

/** The results of all checks of one record. */
export interface Results {
  readonly checks: Readonly<Record<string, CheckResult>>;
  readonly problems: readonly OpenProblem[];
  readonly remedies: readonly Remedy[];
}

/** Has a result only for records of an incomplete reading: they are counted apart from what no node was able to answer. */
export const completenessCheck = 'completeness';

const longestProblem = 400;

export function createResults() {
  const checks: Record<string, CheckResult> = {};
  const problems: OpenProblem[] = [];
  const others: Remedy[] = [];
  const add = (check: string, result: CheckResult, problem: string | undefined, more: readonly Remedy[]): void => {
    checks[check] = result;
    if (problem === undefined) others.push(...more);
    else problems.push({ check, problem: problem.slice(0, longestProblem), remedies: more });
  };
  return {
    /** Adds a check that passed (no problem), or failed. */
    note(check: string, problem: string | undefined, ...whenFailed: readonly Remedy[]): void {
      if (problem === undefined) checks[check] = 'passed';
      else add(check, 'failed', problem, whenFailed);
    },
    /** Adds the comparison with the chain. A comparison without a result is not a pass. */
    compared({ finding, problem, remedies: more, completeness }: ComparisonResult): void {
      if (completeness !== undefined) checks[completenessCheck] = completeness;
      const result = finding === 'match' ? 'passed' : finding === 'unverifiable' ? 'untold' : 'failed';
      add('chain', result, problem, more);
    },
    all: (): Results => {
      const needed = new Set([...others, ...problems.flatMap(({ remedies }) => remedies)]);
      return { checks, problems, remedies: order.filter((remedy) => needed.has(remedy)) };
    },
  };
}

const named = 3;

/** A list in a sentence, with a limited length: all findings of a page are saved in one table item. */
export function listed(items: readonly string[]): string {
  const first = items.slice(0, named).map((item) => (item.length > 100 ? `${item.slice(0, 100)}…` : item));
  const more = items.length - first.length;
  return first.join(', ') + (more > 0 ? ` and ${more} more` : '');
}

/** Problems that records and bases have in common. */
export const restoredRow = 'it was saved in other tables, or by an earlier version, and is not tracked';
export const earlierVersion = 'it was saved by an earlier version of the code, and holds for its own block alone';
export const editedRow = 'the row was edited outside this service';
export const noAnswer = 'no node was able to answer';
export const unseenWrites = (keys: readonly string[]): string => `sync would not see a write of ${listed(keys)}`;

const order: readonly Remedy[] = ['watch', 'dispute', 'refresh', 'bases', 'look-up'];
