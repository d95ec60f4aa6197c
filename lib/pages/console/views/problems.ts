import { type HealthProblem, healthProblems } from '../../../client/health-problems.ts';
import type { Schemas } from '../../../client/index.ts';

/** One thing that is wrong, and the view that shows more. */
export interface Problem extends HealthProblem {
  /** In the console; undefined: there is none. */
  readonly view: string | undefined;
}

const viewOf: Readonly<Record<string, string>> = {
  nodes: 'nodes',
  chain: 'nodes',
  sync: 'sync',
  conflicts: 'conflicts',
  events: 'webhooks',
  reconciliation: 'reconciliation',
  audit: 'audit',
};

/** Everything that is wrong, in the order in which it is to be seen to. */
export const problemsOf = (health: Schemas['Health']): Problem[] =>
  healthProblems(health).map((problem) => ({ ...problem, view: viewOf[problem.component] }));
