import {
  ArnFormat,
  CfnOutput,
  CrossStackReferences,
  ReferenceStrength,
  Stack,
  type StackProps,
  Validations,
} from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { namePrefix } from '../../lib/runtime/names.ts';
import { monthlyDollars } from '../budget.ts';
import { configOf, type DeployEnv, type Environment, type Settings } from '../environments.ts';
import type { Level } from '../monitoring/alarm.ts';
import { alarmsOf, compositesOf } from '../monitoring/alarms.ts';
import type { Watched } from '../monitoring/figure.ts';
import { createAlarms } from './alarms.ts';
import { budget } from './budget.ts';
import { dashboard } from './dashboard.ts';
import { createSavedQueries } from './saved-queries.ts';
import { stateMachineArn } from './state-machine-arn.ts';

export interface MonitoringStackProps extends StackProps {
  readonly environment: Environment;
  readonly settings: Settings;
  /** For the names of the nodes. */
  readonly deployEnv: DeployEnv;
  /** Of the environment's HTTP API. */
  readonly apiId: string;
}

/**
 * What operators look at and are called by: dashboard, alarms and the topics that they are sent to, all made of the manifest and of
 * the descriptions in infra/monitoring. It has a stack of its own: nothing needs it, and it can be deleted and made again.
 */
export class MonitoringStack extends Stack {
  constructor(
    scope: Construct,
    id: string,
    { environment, settings, deployEnv, apiId, ...props }: MonitoringStackProps,
  ) {
    super(scope, id, props);
    // CloudFormation alone resolves these references, with no call of its own.
    CrossStackReferences.of(this).consume(ReferenceStrength.STRONG);
    const { upstreams, tables } = configOf(environment, settings, deployEnv);
    const dollars = monthlyDollars(environment, settings, deployEnv);
    const watched: Watched = {
      environment,
      tables,
      nodes: upstreams.map(({ name }) => name),
      apiId,
      monthlyDollars: dollars,
      machineArn: (name) => stateMachineArn(this, environment, name),
    };
    const { alarms } = settings;
    const topics = { page: topicFor(this, environment, 'page'), ticket: topicFor(this, environment, 'ticket') };
    const standing = createAlarms(this, {
      watched,
      alarms: alarmsOf(watched, alarms),
      composites: alarms === 'all' ? compositesOf(watched) : [],
      topics,
    });
    dashboard(this, watched, standing);
    if (dollars > 0) budget(this, { environment, dollars, topics });
    createSavedQueries(this, environment);
  }
}

/** Who is to be called subscribes to it. */
function topicFor(stack: Stack, environment: Environment, level: Level): Topic {
  const topic = new Topic(stack, `${level}s`, { topicName: `${namePrefix(environment)}-${level}s`, enforceSSL: true });
  const { account } = stack;
  const alarms = { service: 'cloudwatch', resource: 'alarm', resourceName: `${namePrefix(environment)}-*` };
  topic.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
      // Else CloudWatch would send the alarms of any account.
      conditions: {
        StringEquals: { 'aws:SourceAccount': account },
        ArnLike: { 'aws:SourceArn': stack.formatArn({ ...alarms, arnFormat: ArnFormat.COLON_RESOURCE_NAME }) },
      },
    }),
  );
  topic.grantPublish(
    new ServicePrincipal('budgets.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceAccount': account } } }),
  );
  Validations.of(topic).acknowledge({
    id: 'AwsSolutions-SNS2',
    reason:
      'A message is the name and the sentence of an alarm. The managed key would keep CloudWatch from sending it.',
  });
  new CfnOutput(stack, `${level === 'page' ? 'Page' : 'Ticket'}TopicArn`, { value: topic.topicArn });
  return topic;
}
