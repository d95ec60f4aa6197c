import { functionName } from '../../../lib/runtime/names.ts';
import { type Ask, requestsTo } from './requests.ts';
import type { Deployment, Use } from './use.ts';

/** A policy has a statement. */
const nothing = { Effect: 'Deny', Action: 'dynamodb:*', Resource: '*' } as const;

const isExplanation = (resource: string): boolean => resource.endsWith('-explanations');

/** Rule EXPLAIN-2. The function is made to fail: its role loses all that it may read and write but explanations. */
export const failures: Use = {
  name: 'why a request failed is kept by every function',
  rare: true,
  narrow: [...requestsTo.keys()],
  concerns: ({ action, resource }) => action === 'dynamodb:PutItem' && isExplanation(resource),
  async run(deployment) {
    const { environment, only, service, eventually } = deployment;
    for (const [name, asks] of requestsTo) {
      const deployed = functionName(environment, name);
      if (only !== undefined && deployed !== only) continue;
      await withoutStore(deployed, deployment, async () => {
        const ask = await failing(asks, deployment);
        // Some answer whatever fails, and keep no explanation: the check of grants says so.
        if (ask === undefined) return;
        const asked = new Set<unknown>();
        await eventually(async () => {
          // Each time anew: for some seconds after a write that took too long a process keeps none.
          asked.add((await ask(deployment)).body.requestId);
          return (await service.items('explanations')).some(({ requestId }) => asked.has(requestId));
        });
      });
    }
  },
};

/** The first of them that is answered with a failure. */
async function failing(asks: readonly Ask[], deployment: Deployment): Promise<Ask | undefined> {
  for (const ask of asks) if ((await ask(deployment)).status >= 500) return ask;
  return undefined;
}

async function withoutStore(deployed: string, { iam, service }: Deployment, work: () => Promise<void>): Promise<void> {
  const role = await service.roleOf(deployed);
  const [policyName = ''] = await iam.rolePolicies(role);
  const policy = await iam.rolePolicy(role, policyName);
  const left = policy.Statement.filter(({ Resource }) => [Resource].flat().some(isExplanation));
  try {
    await iam.putRolePolicy(role, policyName, { ...policy, Statement: left.length > 0 ? left : [nothing] });
    await work();
  } finally {
    await iam.putRolePolicy(role, policyName, policy);
  }
}
