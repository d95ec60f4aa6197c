import type { Schemas } from '../../../client/index.ts';

type Health = Schemas['Health'];

/** One thing that is wrong, and the view that shows more. */
export interface Problem {
  readonly component: string;
  readonly reason: Schemas['HealthReason'];
  /** In the console; undefined: there is none. */
  readonly view: string | undefined;
}

/** What breaks others comes first: without nodes there is no sync, without writes nothing is kept. */
const order = [
  'configuration',
  'nodes',
  'writes',
  'reads',
  'chain',
  'sync',
  'audit',
  'conflicts',
  'reconciliation',
  'events',
];
const weight = ['down', 'degraded', 'unknown'];

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
export function problemsOf({ components }: Health): Problem[] {
  const found = Object.entries(components).flatMap(([component, { reasons }]) =>
    reasons.map((reason) => ({ component, reason, view: viewOf[component] })),
  );
  const place = ({ component, reason }: Problem) =>
    [weight.indexOf(reason.status), (order.indexOf(component) + order.length + 1) % (order.length + 1)] as const;
  return found.sort((a, b) => place(a)[0] - place(b)[0] || place(a)[1] - place(b)[1]);
}
