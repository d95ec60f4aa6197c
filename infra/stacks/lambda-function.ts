import { Duration, type Stack, Validations } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { functionName, liveAlias } from '../../lib/runtime/names.ts';
import type { Environment, Settings } from '../environments.ts';
import type { FunctionDefinition, FunctionName } from '../manifest.ts';
import { accountIn } from './account-in.ts';
import { type Grantee, grantsOf } from './grants.ts';
import { functionLogs, writesTo } from './log-groups.ts';

export interface FunctionProps {
  readonly name: FunctionName;
  readonly definition: FunctionDefinition;
  readonly environment: Environment;
  readonly tables: Grantee['tables'];
  readonly settings: Settings;
  readonly code: lambda.Code;
  readonly variables: Readonly<Record<string, string>>;
  readonly secrets: Grantee['secrets'];
  readonly heads?: Grantee['heads'];
  /** Processes that are kept for it, and that it has at most; undefined: it shares those of the account. */
  readonly processes?: number | undefined;
}

/**
 * One function of the manifest, with a log group and a role of its own. The role has only the function's grants. Gives the alias that
 * everything invokes: a change of code or settings makes a version, and the alias points at the latest one.
 */
export function lambdaFunction(stack: Stack, props: FunctionProps): lambda.Alias {
  const { name, definition, environment, settings, tables, code, variables, secrets, heads, processes } = props;
  const logGroup = LogGroup.fromLogGroupName(stack, `${name}-logs`, functionLogs(environment, name));
  const traces = new PolicyStatement({
    actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
    resources: ['*'],
  });
  // Within the role: a stack holds at most 500 resources, and a policy of its own would be one more for each function.
  const grants = new PolicyDocument({
    statements: [writesTo(logGroup), traces, ...grantsOf(stack, { environment, tables, definition, secrets, heads })],
  });
  const role = new Role(stack, `${name}-role`, {
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    inlinePolicies: { grants },
  });
  Validations.of(role).acknowledge({
    id: 'AwsSolutions-IAM5[Resource::*]',
    reason:
      'The X-Ray actions for trace segments and the DynamoDB action ListStreams support no resource: they allow only *.',
  });
  Validations.of(role).acknowledge({
    id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:logs:<AWS::Region>:${accountIn(stack)}:log-group:${functionLogs(environment, name)}:*]`,
    reason: "These are the log streams of the function's own log group. Lambda names them.",
  });
  const deployed = new lambda.Function(stack, name, {
    functionName: functionName(environment, name),
    role,
    code,
    logGroup,
    handler: `${name}.handler`,
    runtime: lambda.Runtime.NODEJS_24_X,
    architecture: lambda.Architecture.ARM_64,
    memorySize: definition.memoryMb,
    timeout: Duration.seconds(definition.timeoutSeconds),
    ...(processes !== undefined && { reservedConcurrentExecutions: processes }),
    environment: { ...variables },
    loggingFormat: lambda.LoggingFormat.JSON,
    applicationLogLevelV2: lambda.ApplicationLogLevel[settings.logLevel],
    systemLogLevelV2: lambda.SystemLogLevel[settings.systemLogLevel],
  });
  // The construct's own `tracing` would add a policy of its own to each role.
  (deployed.node.defaultChild as lambda.CfnFunction).tracingConfig = {
    mode: settings.traces ? lambda.Tracing.ACTIVE : lambda.Tracing.PASS_THROUGH,
  };
  const live = new lambda.Alias(stack, `${name}-${liveAlias}`, {
    aliasName: liveAlias,
    version: deployed.currentVersion as lambda.IVersion,
  });
  // A late or failed refresh is useless: the next reader asks for another one.
  // What a delivery or a look for one has left is done by the next one.
  if (invokedOnce.includes(name)) live.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.seconds(60) });
  return live;
}

const invokedOnce: readonly FunctionName[] = ['refresh', 'dispatch-webhooks', 'deliver-webhook'];
