import { functionName } from '../../../lib/runtime/names.ts';
import { requestsTo } from './requests.ts';
import type { Deployment, Use } from './use.ts';

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
      const failed = await withoutStore(deployed, deployment, async () => {
        for (const ask of asks) {
          const answer = await ask(deployment);
          if (answer.status >= 500) return answer.body;
        }
        return undefined;
      });
      // Some answer whatever fails, and keep no explanation: the check of grants says so.
      if (failed === undefined) continue;
      await eventually(async () =>
        (await service.items('explanations')).some(({ requestId }) => requestId === failed.requestId),
      );
    }
  },
};

async function withoutStore<Result>(
  deployed: string,
  { iam, service }: Deployment,
  work: () => Promise<Result>,
): Promise<Result> {
  const role = await service.roleOf(deployed);
  const [policyName = ''] = await iam.rolePolicies(role);
  const policy = await iam.rolePolicy(role, policyName);
  const left = policy.Statement.filter(({ Resource }) => [Resource].flat().some(isExplanation));
  try {
    await iam.putRolePolicy(role, policyName, { ...policy, Statement: left });
    return await work();
  } finally {
    await iam.putRolePolicy(role, policyName, policy);
  }
}
