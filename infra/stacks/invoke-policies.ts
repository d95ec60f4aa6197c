import { type CfnElement, CfnOutput, type Stack, Validations } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { namePrefix } from '../../lib/runtime/names.ts';
import type { Environment } from '../environments.ts';
import { iamRoles, iamRolesFor, methodsOf, type Route } from '../manifest.ts';
import { accountIn } from './account-in.ts';

interface InvokePoliciesProps {
  readonly environment: Environment;
  readonly api: HttpApi;
  readonly routes: readonly Route[];
}

/**
 * Rule ACCESS-27: for each role that uses IAM a policy to attach to persons and programs, which lets them invoke exactly the
 * routes of their role. The stack gives their ARNs as outputs.
 */
export function invokePolicies(stack: Stack, { environment, api, routes }: InvokePoliciesProps): void {
  const apiId = stack.getLogicalId(api.node.defaultChild as CfnElement);
  for (const role of iamRoles) {
    const paths = routes.filter(({ audience }) => iamRolesFor(audience).includes(role)).flatMap(pathsOf);
    const policy = new ManagedPolicy(stack, `${role}-policy`, {
      managedPolicyName: `${namePrefix(environment)}-${role}`,
      description: `May invoke the routes of the role ${role} of ${namePrefix(environment)}`,
      statements: [new PolicyStatement({ actions: ['execute-api:Invoke'], resources: paths.map(arnOf) })],
    });
    for (const path of paths.filter((one) => one.includes('*'))) {
      Validations.of(policy).acknowledge({
        id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:execute-api:<AWS::Region>:${accountIn(stack)}:<${apiId}>/${path}]`,
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

/** Stage, method and path, as IAM has them. */
const pathsOf = (route: Route): string[] =>
  methodsOf(route).map((method) => `$default/${method}${route.path.replaceAll(/\{\w+\}/g, '*')}`);
