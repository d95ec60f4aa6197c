import { type CfnElement, CfnOutput, type Stack, Validations } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { mayAct } from '../../lib/domain/principal.ts';
import { namePrefix } from '../../lib/runtime/names.ts';
import type { Environment } from '../environments.ts';
import { iamAudiences, isForIam, methodsOf, type Route } from '../manifest.ts';

interface InvokePoliciesProps {
  readonly environment: Environment;
  readonly api: HttpApi;
  readonly routes: readonly Route[];
}

type IamAudience = (typeof iamAudiences)[number];

/**
 * Rule ACCESS-27: for each audience that uses IAM a policy to attach to persons and programs, which lets them invoke exactly the
 * routes of their role. The stack gives their ARNs as outputs.
 */
export function invokePolicies(stack: Stack, { environment, api, routes }: InvokePoliciesProps): void {
  const apiId = stack.getLogicalId(api.node.defaultChild as CfnElement);
  for (const role of iamAudiences) {
    const paths = routes.filter(({ audience }) => isForRole(audience, role)).flatMap(pathsOf);
    const policy = new ManagedPolicy(stack, `${role}-policy`, {
      managedPolicyName: `${namePrefix(environment)}-${role}`,
      description: `May invoke the routes of the role ${role} of ${namePrefix(environment)}`,
      statements: [new PolicyStatement({ actions: ['execute-api:Invoke'], resources: paths.map(arnOf) })],
    });
    for (const path of paths.filter((one) => one.includes('*'))) {
      Validations.of(policy).acknowledge({
        id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:<${apiId}>/${path}]`,
        reason:
          'The wildcard stands for an id in the path of one route. The method and the rest of the path are named.',
      });
    }
    new CfnOutput(stack, `${role === 'operator' ? 'Operator' : 'Auditor'}PolicyArn`, {
      value: policy.managedPolicyArn,
    });
  }

  function arnOf(path: string): string {
    return stack.formatArn({ service: 'execute-api', resource: api.apiId, resourceName: path });
  }
}

const isForRole = (audience: Route['audience'], role: IamAudience): boolean =>
  isForIam(audience) && mayAct({ roles: [role] }, audience as IamAudience);

/** Stage, method and path, as IAM has them. */
const pathsOf = (route: Route): string[] =>
  methodsOf(route).map((method) => `$default/${method}${route.path.replaceAll(/\{\w+\}/g, '*')}`);
