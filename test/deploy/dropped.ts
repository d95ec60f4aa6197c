import assert from 'node:assert/strict';
import { type Environment, environmentNames, settingsOf } from '../../infra/environments.ts';
import { functionNames, schedules, streams } from '../../infra/manifest.ts';
import { functionName, namePrefix, stateMachineName } from '../../lib/runtime/names.ts';
import { type Table, type TableName, tableName, tables } from '../../lib/store/tables.ts';
import type { Assembly, Resource, Template } from './cdk.ts';

interface Dropped {
  /** What the server leaves out when it deploys a template, or does not enforce. */
  readonly what: string;
  /** Throws where the templates lack it. */
  check(of: Templates): void;
}

interface Templates {
  readonly environment: Environment;
  readonly prefix: string;
  readonly data: Template;
  readonly service: Template;
  readonly api: Template;
}

/** What deploying does not show is read in the templates that are deployed. */
const dropped: readonly Dropped[] = [
  {
    what: 'TTL of tables',
    check({ prefix, data }) {
      for (const [name, { ttl }] of Object.entries(tables) as [TableName, Table][])
        assert.equal(propertiesOfTable(data, prefix, name).TimeToLiveSpecification?.AttributeName, ttl, name);
    },
  },
  {
    what: 'point-in-time recovery and encryption by a key of the account',
    check({ prefix, data }) {
      for (const name of ['records', 'audit', 'conflicts'] as const) {
        const { PointInTimeRecoverySpecification, SSESpecification } = propertiesOfTable(data, prefix, name);
        assert.equal(PointInTimeRecoverySpecification?.PointInTimeRecoveryEnabled, true, name);
        assert.equal(SSESpecification?.SSEEnabled, true, name);
      }
    },
  },
  {
    what: 'throttles and access log of the stage',
    check({ environment, api }) {
      const [stage] = propertiesOf(api, 'AWS::ApiGatewayV2::Stage');
      const { requestsPerSecond, burst } = settingsOf(environment).throttle;
      assert.equal(stage.DefaultRouteSettings?.ThrottlingRateLimit, requestsPerSecond);
      assert.equal(stage.DefaultRouteSettings?.ThrottlingBurstLimit, burst);
      assert.ok(Object.keys(stage.RouteSettings ?? {}).length > 0, 'no throttles of routes');
      assert.ok(stage.AccessLogSettings?.DestinationArn && stage.AccessLogSettings.Format, 'no access log');
    },
  },
  {
    what: 'logs of state machines',
    check({ service }) {
      const machines = propertiesOf(service, 'AWS::StepFunctions::StateMachine');
      assert.equal(machines.length, schedules.length);
      for (const { StateMachineName, LoggingConfiguration } of machines) {
        assert.equal(LoggingConfiguration?.Level, 'ERROR', StateMachineName);
        assert.equal(LoggingConfiguration.Destinations.length, 1, StateMachineName);
      }
    },
  },
  {
    what: 'partial failures of a batch of a stream, its retries and dead letters',
    check({ service }) {
      const mappings = propertiesOf(service, 'AWS::Lambda::EventSourceMapping');
      assert.equal(mappings.length, streams.length);
      for (const mapping of mappings) {
        assert.deepEqual(mapping.FunctionResponseTypes, ['ReportBatchItemFailures']);
        assert.equal(mapping.BisectBatchOnFunctionError, true);
        assert.ok(mapping.MaximumRetryAttempts > 0 && mapping.MaximumRecordAgeInSeconds > 0, 'without a limit');
        assert.ok(mapping.DestinationConfig?.OnFailure?.Destination, 'no dead letters');
      }
    },
  },
  {
    what: 'metrics made of log lines: the format of the logs that have them',
    check({ prefix, service }) {
      for (const name of functionNames) {
        const [found] = propertiesOf(service, 'AWS::Lambda::Function').filter(
          ({ FunctionName }) => FunctionName === functionName(prefix.replace('astake-lookup-', ''), name),
        );
        assert.equal(found?.LoggingConfig?.LogFormat, 'JSON', name);
      }
    },
  },
  {
    what: 'what functions may do to their logs and traces, and Lambda to streams and dead letters',
    check({ service }) {
      for (const [id] of rolesOf(service, 'lambda.amazonaws.com'))
        for (const action of ['logs:CreateLogStream', 'logs:PutLogEvents'])
          assert.ok(actionsOf(service, id).includes(action), `${id}: ${action}`);
      const all = rolesOf(service, 'lambda.amazonaws.com').flatMap(([id]) => actionsOf(service, id));
      for (const action of ['DescribeStream', 'GetShardIterator', 'GetRecords', 'ListStreams'])
        assert.equal(all.filter((each) => each === `dynamodb:${action}`).length, streams.length, action);
      assert.equal(all.filter((each) => each === 'sqs:SendMessage').length, streams.length);
    },
  },
  {
    what: 'CodeDeploy: a group for the alias of each function, where new versions come into use gradually',
    check({ environment, service }) {
      const isGradual = settingsOf(environment).rollout === 'gradual';
      const groups = propertiesOf(service, 'AWS::CodeDeploy::DeploymentGroup');
      assert.equal(groups.length, isGradual ? functionNames.length : 0);
      for (const { AlarmConfiguration } of groups) assert.ok(AlarmConfiguration?.Alarms.length > 0, 'without alarms');
      for (const [id, { UpdatePolicy }] of resourcesOf(service, 'AWS::Lambda::Alias'))
        assert.equal(UpdatePolicy?.CodeDeployLambdaAliasUpdate !== undefined, isGradual, id);
    },
  },
  {
    what: 'what state machines and rules may do',
    check({ environment, service }) {
      const machines = resourcesOf(service, 'AWS::StepFunctions::StateMachine');
      for (const { stateMachine } of schedules) {
        const [, { Properties }] = machines.find(
          ([, each]) => each.Properties.StateMachineName === stateMachineName(environment, stateMachine),
        ) as [string, Resource];
        const invoked = JSON.stringify(statementsOf(service, Properties.RoleArn['Fn::GetAtt'][0]));
        for (const value of Object.values(Properties.DefinitionSubstitutions))
          assert.ok(invoked.includes(JSON.stringify(value)), `${stateMachine} may not invoke ${JSON.stringify(value)}`);
      }
      for (const [id] of rolesOf(service, 'events.amazonaws.com'))
        assert.ok(actionsOf(service, id).includes('states:StartExecution'), id);
      assert.equal(rolesOf(service, 'events.amazonaws.com').length, schedules.length);
    },
  },
];

/** Throws at the first that a template lacks. Returns what was looked at. */
export function checkDropped({ templates }: Assembly): readonly string[] {
  for (const environment of environmentNames) {
    const prefix = namePrefix(environment);
    const [data, service, api] = ['data', 'service', 'api'].map((part) => templates[`${prefix}-${part}`]);
    assert.ok(data && service && api, `${prefix} has no templates`);
    for (const { what, check } of dropped) {
      try {
        check({ environment, prefix, data, service, api });
      } catch (error) {
        throw new Error(`the templates of ${environment}: ${what}: ${(error as Error).message}`, { cause: error });
      }
    }
  }
  return dropped.map(({ what }) => what);
}

const resourcesOf = ({ Resources }: Template, type: string): [string, Resource][] =>
  Object.entries(Resources).filter(([, { Type }]) => Type === type);

const propertiesOf = (template: Template, type: string): Resource['Properties'][] =>
  resourcesOf(template, type).map(([, { Properties }]) => Properties);

function propertiesOfTable(data: Template, prefix: string, name: TableName): Resource['Properties'] {
  const found = propertiesOf(data, 'AWS::DynamoDB::Table').find((each) => each.TableName === tableName(prefix, name));
  assert.ok(found, `no table ${name}`);
  return found;
}

const rolesOf = (template: Template, service: string): [string, Resource][] =>
  resourcesOf(template, 'AWS::IAM::Role').filter(([, { Properties }]) =>
    JSON.stringify(Properties.AssumeRolePolicyDocument).includes(`"${service}"`),
  );

/** Of the role's own policies and of those that name it. */
function statementsOf(template: Template, roleId: string): { Action: string | string[] }[] {
  const own = template.Resources[roleId]?.Properties.Policies ?? [];
  const named = propertiesOf(template, 'AWS::IAM::Policy').filter(({ Roles }) =>
    Roles.some(({ Ref }: { Ref: string }) => Ref === roleId),
  );
  return [...own, ...named].flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
}

const actionsOf = (template: Template, id: string): string[] =>
  statementsOf(template, id).flatMap(({ Action }) => Action);
