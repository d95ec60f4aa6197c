import type { Schemas } from './contract.ts';

/** One thing that is wrong, and the part of the service that it is wrong with. */
export interface HealthProblem {
  readonly component: string;
  readonly reason: Schemas['HealthReason'];
}

/** What breaks others comes first: without nodes there is no sync, without writes nothing is kept. */
const order = [
  'configuration',
  'nodes',
  'reads',
  'writes',
  'chain',
  'sync',
  'audit',
  'conflicts',
  'reconciliation',
  'events',
];
const weights = ['down', 'degraded', 'unknown'];

/**
 * Everything that is wrong, in the order in which it is to be seen to: the most serious first, and a cause before what it causes.
 * What another reason names as its cause weighs as much as that one.
 */
export function healthProblems({ components }: Pick<Schemas['Health'], 'components'>): HealthProblem[] {
  const found = Object.entries(components).flatMap(([component, { reasons }]) =>
    reasons.map((reason) => ({ component, reason })),
  );
  const weightOf = ({ component, reason }: HealthProblem): number =>
    Math.min(
      weights.indexOf(reason.status),
      ...found
        .filter((other) => other.component !== component && other.reason.action.includes(`component \`${component}\``))
        .map((other) => weights.indexOf(other.reason.status)),
    );
  const rankOf = ({ component }: HealthProblem): number =>
    (order.indexOf(component) + order.length + 1) % (order.length + 1);
  return found.toSorted((a, b) => weightOf(a) - weightOf(b) || rankOf(a) - rankOf(b));
}
