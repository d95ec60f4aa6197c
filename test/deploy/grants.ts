import { LambdaClient, paginateListFunctions } from '@aws-sdk/client-lambda';
import type { Environment } from '../../infra/environments.ts';
import { namePrefix } from '../../lib/runtime/names.ts';
import type { Decision } from './decisions.ts';
import type { DeployedService } from './deployed-service.ts';
import { iamOf } from './iam.ts';
import type { Server } from './server.ts';

/** One action on one resource that the role of a function allows. */
export interface Grant {
  /** The name of the function. */
  readonly function: string;
  readonly role: string;
  readonly policy: string;
  readonly action: string;
  /** May have the wildcards of IAM. */
  readonly resource: string;
}

/** Lambda itself, and its log driver, use these for a function. The server does so without asking IAM: the templates are read for them. */
const notEnforced = /^(logs|xray|sqs):|^dynamodb:(DescribeStream|GetRecords|GetShardIterator|ListStreams)$/;

/** What the roles of an environment's functions allow, as IAM has it. */
export async function grantsOf(server: Server, service: DeployedService, environment: Environment): Promise<Grant[]> {
  const iam = iamOf(server);
  const lambda = new LambdaClient(service.settings);
  const grants: Grant[] = [];
  try {
    for await (const { Functions = [] } of paginateListFunctions({ client: lambda }, {})) {
      for (const { FunctionName = '', Role = '' } of Functions) {
        if (!FunctionName.startsWith(`${namePrefix(environment)}-`)) continue;
        const role = Role.split('/').at(-1) ?? '';
        for (const policy of await iam.rolePolicies(role)) {
          for (const { Action, Resource } of (await iam.rolePolicy(role, policy)).Statement) {
            for (const action of [Action].flat())
              for (const resource of [Resource].flat())
                grants.push({ function: FunctionName, role, policy, action, resource });
          }
        }
      }
    }
  } finally {
    lambda.destroy();
  }
  return grants.filter(({ action }) => !notEnforced.test(action));
}

/** Whether the decision was about what the grant allows. */
export const isAbout = (grant: Grant, decision: Decision): boolean =>
  decision.function === grant.function &&
  decision.action === grant.action &&
  patternOf(grant.resource).test(decision.resource);

const patternOf = (resource: string): RegExp =>
  new RegExp(
    `^${resource
      .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  );
