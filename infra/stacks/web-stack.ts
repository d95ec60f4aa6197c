import { Annotations, CfnOutput, Duration, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import { PolicyDocument, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { secretsOf } from '../../lib/runtime/endpoints.ts';
import { namePrefix } from '../../lib/runtime/names.ts';
import { configOf, type DeployEnv, type Environment, type Settings, variablesOf } from '../environments.ts';
import { webDefinition, webRequests } from '../manifest.ts';
import { grantsOf } from './grants.ts';
import { writesTo } from './log-groups.ts';
import { removalPolicyOf } from './removal-policy.ts';

export interface WebStackProps extends StackProps {
  readonly environment: Environment;
  readonly settings: Settings;
  readonly deployEnv: DeployEnv;
  /** The bundle of the process, `dist/web`. */
  readonly bundle: string;
}

/**
 * The readers as a Web Function of Lambda: environments that each serve many requests at once, behind an endpoint of its own. Each
 * deployment makes a revision and sends all requests to it.
 */
export class WebStack extends Stack {
  constructor(scope: Construct, id: string, props: WebStackProps) {
    const { environment, settings, deployEnv, bundle, ...others } = props;
    super(scope, id, others);
    const name = `${namePrefix(environment)}-readers`;
    // CloudFormation names it: a log that has outlived the stack is not in the way of the next one.
    const logGroup = new LogGroup(this, 'logs', {
      retention: settings.logRetentionDays,
      removalPolicy: removalPolicyOf(settings),
    });
    const definition = webDefinition();
    const { tables, upstreams } = configOf(environment, settings, deployEnv);
    const granted = grantsOf(this, { environment, tables, definition, secrets: secretsOf(upstreams) });
    const role = new Role(this, 'role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: { grants: new PolicyDocument({ statements: [writesTo(logGroup), ...granted] }) },
    });
    const readers = new lambda.WebFunction(this, 'readers', {
      webFunctionName: name,
      role,
      logGroup,
      code: lambda.WebFunctionCode.fromAssetToManagedBucket(bundle),
      runtime: lambda.WebFunctionRuntime.NODEJS_24_X,
      // The process itself ends a request after 29 seconds, and says so.
      timeout: Duration.seconds(30),
      maxConcurrencyPerEnvironment: webRequests,
      environment: variablesOf(definition, environment, settings, deployEnv),
      applicationLogLevel: lambda.ApplicationLogLevel[settings.logLevel],
      systemLogLevel: lambda.SystemLogLevel[settings.systemLogLevel],
      // Rule ACCESS-4: keys and tokens are for the process to check, as behind the gateway.
      defaultEndpointAuth: lambda.WebFunctionAuthType.APPLICATION_MANAGED,
      defaultEndpoint: { rateLimit: rateLimitOf(settings.throttle.requestsPerSecond) },
    });
    Annotations.of(readers).acknowledgeWarning(
      '@aws-cdk/aws-lambda:webFunctionPublicEndpoint',
      'The readers are public by contract; who calls, and how often, is for the process to check.',
    );
    acknowledge(this, [role, readers]);
    new CfnOutput(this, 'WebUrl', { value: `https://${readers.endpoint.domainName}` });
  }
}

/** Lambda takes hundreds up to 1,000, and thousands up to 10,000. */
function rateLimitOf(requestsPerSecond: number): number {
  const step = requestsPerSecond > 1_000 ? 1_000 : 100;
  return Math.min(10_000, Math.ceil(requestsPerSecond / step) * step);
}

/** The CDK's own bucket for the code, and the functions that fill and empty it while a deployment runs. */
function acknowledge(stack: Stack, ours: readonly Construct[]): void {
  const reason =
    'Made by aws-cdk-lib for the code of web functions: it runs during a deployment alone, and reaches the code alone.';
  const made = stack.node.children.filter((child) => !ours.includes(child as Construct));
  const bucket = made.map(({ node }) => node.defaultChild).find((child) => child instanceof CfnBucket);
  const bucketArn = `<${bucket && stack.getLogicalId(bucket)}.Arn>`;
  const assets = 'arn:<AWS::Partition>:s3:::cdk-hnb659fds-assets-<AWS::AccountId>-<AWS::Region>';
  const ids = [
    'AwsSolutions-S1',
    'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]',
    'AwsSolutions-IAM5[Action::s3:Abort*]',
    'AwsSolutions-IAM5[Action::s3:DeleteObject*]',
    `AwsSolutions-IAM5[Resource::${assets}/*]`,
    `AwsSolutions-IAM5[Resource::${bucketArn}/web-function/*]`,
  ];
  for (const child of made) Validations.of(child).acknowledge(...ids.map((id) => ({ id, reason })));
}
