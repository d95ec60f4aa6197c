import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import type { App, Stack } from 'aws-cdk-lib';
import { lookupApp } from '../../infra/app.ts';
import { functionDefinition, functionNames } from '../../infra/manifest.ts';
import { allResourcesOf, appOf, idIn, invokedIn, resourcesOf, stackOf } from './template.ts';

const environment = 'production';
const prefix = `astake-lookup-${environment}`;
const nodes = { CASPER_RPC_URLS: 'https://node.example/rpc' };
const service = stackOf(appOf(nodes, { environment }), environment, 'service');

/** By the functions' names: the logical ids of their versions. */
const versionsIn = (stack: Stack): ReadonlyMap<string | undefined, string> =>
  new Map(
    [...resourcesOf(stack, 'AWS::Lambda::Version')].map(([id, { Properties }]) => [
      invokedIn(stack, Properties.FunctionName)?.replace(`${prefix}-`, ''),
      id,
    ]),
  );

test('each function has one version, and an alias that points at it', () => {
  const versions = versionsIn(service);
  expect([...versions.keys()].sort()).toEqual([...functionNames].sort());
  const aliases = [...resourcesOf(service, 'AWS::Lambda::Alias').values()].map(({ Properties }) => [
    invokedIn(service, Properties.FunctionName),
    Properties.Name,
    idIn(Properties.FunctionVersion),
  ]);
  expect(aliases).toEqual(functionNames.map((name) => [`${prefix}-${name}`, 'live', versions.get(name)]));
});

test('a version goes when no alias points at it any more: CloudFormation deletes it after the update', () => {
  for (const { DeletionPolicy } of resourcesOf(service, 'AWS::Lambda::Version').values())
    expect(DeletionPolicy ?? 'Delete').toBe('Delete');
});

test.each(['service', 'api'] as const)('nothing in the %s stack invokes a function but by its alias', (part) => {
  const stack = stackOf(appOf(nodes, { environment }), environment, part);
  const functions = [...resourcesOf(stack, 'AWS::Lambda::Function').keys()];
  const ofFunctions = ['Function', 'Version', 'Alias', 'EventInvokeConfig'].map((type) => `AWS::Lambda::${type}`);
  let seen = 0;
  for (const [id, resource] of Object.entries(allResourcesOf(stack))) {
    if (ofFunctions.includes(resource.Type)) continue;
    const text = JSON.stringify(resource);
    const referred = functions.filter((of) => text.includes(`"Ref":"${of}"`) || text.includes(`"Fn::GetAtt":["${of}"`));
    const named = [...text.matchAll(/:function:([\w:-]+)/g)].map(([, name]) => name);
    seen += named.length;
    expect([id, referred, named.filter((name) => name?.endsWith(':live') !== true)]).toEqual([id, [], []]);
  }
  expect(seen).toBeGreaterThan(0);
});

describe('a new version', () => {
  const folders: string[] = [];
  afterAll(() => {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });
  const withBundle = (code: string): App => {
    const bundle = mkdtempSync(join(tmpdir(), 'versions-'));
    folders.push(bundle);
    writeFileSync(join(bundle, 'get-entity.mjs'), code);
    return lookupApp({ bundle, deployEnv: nodes, context: { environment }, builtinCloudFormationValidation: false });
  };
  const changedIn = (one: App, other: App): string[] => {
    const [before, after] = [one, other].map((app) => versionsIn(stackOf(app, environment, 'service')));
    return functionNames.filter((name) => before?.get(name) !== after?.get(name));
  };

  test('is made of every function by a change of the bundle, which they share, and by nothing else of it', () => {
    expect(changedIn(withBundle('one'), withBundle('two'))).toEqual(functionNames);
    expect(changedIn(withBundle('one'), withBundle('one'))).toEqual([]);
  });

  test('is made by a variable, of the functions that get it', () => {
    const other = appOf({ CASPER_RPC_URLS: 'https://other.example/rpc' }, { environment });
    expect(changedIn(appOf(nodes, { environment }), other)).toEqual(
      functionNames.filter((name) => functionDefinition(name).usesChain),
    );
  });
});

test('two syntheses of the same code and variables are the same', () => {
  const templates = () =>
    Object.fromEntries(
      appOf(nodes, { environment })
        .synth()
        .stacks.map(({ stackName, template }) => [stackName, template]),
    );
  expect(templates()).toEqual(templates());
});
