import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { functionNames, routes, shiftOf, streams } from '../../infra/manifest.ts';
import { alarmsOf } from '../../infra/monitoring/alarms.ts';
import { own } from '../../infra/monitoring/figure.ts';
import { leaveOutRefused } from '../deploy/left-out.ts';
import { standing } from './monitoring/evaluate.ts';
import { watched } from './monitoring/watched.ts';
import { allResourcesOf, appOf, idIn, invokedIn, resourcesOf, stackOf } from './template.ts';

const nodes = { CASPER_RPC_URLS: 'https://node.example/rpc' };
const stacksOf = (environment: string, env: Readonly<Record<string, string>> = {}) => {
  const profile = environment === 'alice' ? 'dev' : environment;
  const app = appOf({ ...nodes, ...env }, { environment, profile });
  return { service: stackOf(app, environment, 'service'), monitoring: stackOf(app, environment, 'monitoring') };
};

describe('in production', () => {
  const prefix = 'astake-lookup-production';
  const { service, monitoring } = stacksOf('production');
  const groups = resourcesOf(service, 'AWS::CodeDeploy::DeploymentGroup');
  const [[application] = []] = [...resourcesOf(service, 'AWS::CodeDeploy::Application')];

  test('CodeDeploy moves the alias of each function, in a group of its own', () => {
    const names = new Map([...groups].map(([id, { Properties }]) => [id, Properties.DeploymentGroupName]));
    const moved = [...resourcesOf(service, 'AWS::Lambda::Alias').values()].map(({ Properties, UpdatePolicy }) => {
      const { ApplicationName, DeploymentGroupName } = UpdatePolicy?.CodeDeployLambdaAliasUpdate ?? {};
      return [invokedIn(service, Properties.FunctionName), idIn(ApplicationName), names.get(idIn(DeploymentGroupName))];
    });
    expect(moved).toEqual(functionNames.map((name) => [`${prefix}-${name}`, application, `${prefix}-${name}`]));
    expect(groups.size).toBe(functionNames.length);
    const roles = new Set([...groups.values()].map(({ Properties }) => idIn(Properties.ServiceRoleArn)));
    expect(roles.size).toBe(1);
  });

  test('what callers reach gets a tenth more each minute; what is invoked otherwise, and by operators, moves at once', () => {
    const configs = new Map(
      [...groups.values()].map(({ Properties }) => [
        Properties.DeploymentGroupName.replace(`${prefix}-`, ''),
        Properties.DeploymentConfigName,
      ]),
    );
    for (const name of functionNames)
      expect([name, configs.get(name)]).toEqual([
        name,
        shiftOf(name) === 'linear'
          ? 'CodeDeployDefault.LambdaLinear10PercentEvery1Minute'
          : 'CodeDeployDefault.LambdaAllAtOnce',
      ]);
    for (const { audience, function: name } of routes)
      if (['anyone', 'reader', 'writer'].includes(audience)) expect([name, shiftOf(name)]).toEqual([name, 'linear']);
    expect(shiftOf('authorize')).toBe('linear');
    const others = [
      'sync',
      'force-sync',
      'rewind-sync',
      'refresh',
      ...streams.map((stream) => stream.function),
    ] as const;
    for (const name of others) expect([name, shiftOf(name)]).toEqual([name, 'at-once']);
  });

  test('an alarm that stands takes it back; each that is named is an alarm of the monitoring stack, and no more than ten are', () => {
    const alarms = [...resourcesOf(monitoring, 'AWS::CloudWatch::Alarm').values()].map(
      ({ Properties }) => Properties.AlarmName,
    );
    for (const { Properties } of groups.values()) {
      expect(Properties.AutoRollbackConfiguration).toEqual({
        Enabled: true,
        Events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_REQUEST', 'DEPLOYMENT_STOP_ON_ALARM'],
      });
      expect(Properties.AlarmConfiguration.Enabled).toBe(true);
      const named: string[] = Properties.AlarmConfiguration.Alarms.map(({ Name }: { Name: string }) => Name);
      expect(named.filter((name) => !alarms.includes(name))).toEqual([]);
      expect(named).toEqual(
        expect.arrayContaining(['unavailable', 'defects', 'missed'].map((id) => `${prefix}-${id}`)),
      );
      expect(named.length).toBeLessThanOrEqual(10);
    }
  });

  test('a version with defects in two of five minutes has an alarm stand, one with a single one has not', () => {
    const defects = alarmsOf(watched).filter(({ id }) => id === 'defects');
    const defect = (minute: number) => ({ ...own(watched, 'Defect'), at: minute * 60_000, values: [1] });
    const stands = (...minutes: number[]) =>
      standing(defects, { points: minutes.map(defect), now: 5 * 60_000, since: 0 }).has('defects');
    expect([stands(1), stands(1, 4)]).toEqual([false, true]);
  });

  test('a failure of any function is in one of these alarms', () => {
    const [group] = [...groups.values()];
    const named = new Set(group?.Properties.AlarmConfiguration.Alarms.map(({ Name }: { Name: string }) => Name));
    const watched = JSON.stringify(
      [...resourcesOf(monitoring, 'AWS::CloudWatch::Alarm').values()].filter(({ Properties }) =>
        named.has(Properties.AlarmName),
      ),
    );
    expect(functionNames.filter((name) => !watched.includes(`"${prefix}-${name}"`))).toEqual([]);
  });

  test('the server of deploy:check gets templates without CodeDeploy, in which nothing refers to it', () => {
    const { directory } = appOf(nodes, { environment: 'production' }).synth();
    const read = () =>
      readdirSync(directory)
        .filter((file) => /-(service|api)\.template\.json$/.test(file))
        .map((file): [string, Read] => [file, JSON.parse(readFileSync(join(directory, file), 'utf8'))]);
    const before = new Map(read());
    leaveOutRefused(directory);
    const left = new Set<string>();
    for (const [file, { Resources }] of read()) {
      const all = Object.keys(before.get(file)?.Resources ?? {});
      const gone = all.filter((id) => !(id in Resources));
      const text = JSON.stringify(Resources);
      expect([file, gone.filter((id) => text.includes(`"${id}"`))]).toEqual([file, []]);
      for (const id of gone) left.add(before.get(file)?.Resources[id]?.Type ?? '');
      for (const { UpdatePolicy } of Object.values(Resources)) expect(UpdatePolicy).toBeUndefined();
    }
    expect([...left].filter((type) => type.includes('CodeDeploy')).sort()).toEqual([
      'AWS::CodeDeploy::Application',
      'AWS::CodeDeploy::DeploymentGroup',
    ]);
  });
});

describe.each(['dev', 'staging', 'alice'])('in %s', (environment) => {
  test('aliases move at once, without CodeDeploy', () => {
    const { service } = stacksOf(environment);
    for (const [id, { Type, UpdatePolicy }] of Object.entries(allResourcesOf(service)))
      expect([id, Type.includes('CodeDeploy'), UpdatePolicy]).toEqual([id, false, undefined]);
  });
});

describe('ASTAKE_ROLLOUT', () => {
  const isGradual = (environment: string, ASTAKE_ROLLOUT: string) =>
    resourcesOf(stacksOf(environment, { ASTAKE_ROLLOUT }).service, 'AWS::CodeDeploy::Application').size === 1;

  test('says otherwise than the profile', () => {
    expect(isGradual('staging', 'gradual')).toBe(true);
    expect(isGradual('production', 'at-once')).toBe(false);
  });

  test('is refused where it is unknown, and where there are no alarms to take anything back', () => {
    expect(() => isGradual('production', 'canary')).toThrow('ASTAKE_ROLLOUT must be gradual or at-once');
    expect(() => isGradual('dev', 'gradual')).toThrow('needs the alarms of the profile staging or production');
  });
});

interface Read {
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly UpdatePolicy?: object }>>;
}
