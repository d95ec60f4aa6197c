import assert from 'node:assert/strict';
import { GetAliasCommand, LambdaClient, paginateListFunctions } from '@aws-sdk/client-lambda';
import type { Environment } from '../../infra/environments.ts';
import { functionName, liveAlias, namePrefix } from '../../lib/runtime/names.ts';
import type { Assembly } from './cdk.ts';
import { changed, changedHeader } from './changed-app.ts';
import type { DeployedService } from './deployed-service.ts';
import { callQuery } from './query-api.ts';
import type { Server } from './server.ts';

interface Changing {
  readonly server: Server;
  /** Of the environment, with the function changed. */
  readonly assembly: Assembly;
  readonly environment: Environment;
  readonly service: DeployedService;
}

/**
 * One function's code is changed and deployed: its alias points at a new version, which answers as changed, nothing is replaced, and no other
 * environment is touched.
 */
export async function changeOneFunction({ server, assembly, environment, service }: Changing): Promise<void> {
  const prefix = namePrefix(environment);
  const lambda = new LambdaClient(service.settings);
  try {
    const header = async () => (await service.ask('/v1/ready')).headers[changedHeader];
    const replaceable = () => physicalIds(server, `${prefix}-service`);
    const version = () => versionOf(lambda, functionName(environment, changed));
    const before = {
      header: await header(),
      version: await version(),
      code: await codeOf(lambda),
      ids: await replaceable(),
    };
    assert.equal(before.header, undefined);
    const { unchanged } = await assembly.deploy();
    // All stacks of the environment but the one with its functions.
    const kept = Object.keys(assembly.templates).filter((stack) => stack !== `${prefix}-service`);
    assert.deepEqual([...unchanged].sort(), kept.sort());
    assert.ok((await version()) > before.version, `${changed} has its version of before`);
    assert.equal(await header(), 'yes', `${changed} answers as before`);
    assert.deepEqual(await replaceable(), before.ids);
    const code = await codeOf(lambda);
    assert.notEqual(code.get(functionName(environment, changed)), before.code.get(functionName(environment, changed)));
    // The functions of an environment share one bundle, so that they are of one version.
    const others = [...code].filter(([name]) => !name.startsWith(`${prefix}-`));
    assert.deepEqual(
      others,
      others.map(([name]) => [name, before.code.get(name)]),
    );
  } finally {
    lambda.destroy();
  }
}

/** The number of the version that the alias points at. */
async function versionOf(lambda: LambdaClient, FunctionName: string): Promise<number> {
  const { FunctionVersion } = await lambda.send(new GetAliasCommand({ FunctionName, Name: liveAlias }));
  return Number(FunctionVersion);
}

/** The digest of each function's code. */
async function codeOf(lambda: LambdaClient): Promise<ReadonlyMap<string, string | undefined>> {
  const code = new Map<string, string | undefined>();
  for await (const { Functions = [] } of paginateListFunctions({ client: lambda }, {}))
    for (const { FunctionName = '', CodeSha256 } of Functions) code.set(FunctionName, CodeSha256);
  return code;
}

/** Of the resources of a stack, but the versions of functions, of which a change makes new ones. */
async function physicalIds(server: Server, StackName: string): Promise<readonly string[]> {
  const member = await callQuery(server, 'cloudformation', 'DescribeStackResources', { StackName });
  const [types, ids] = [member('ResourceType'), member('PhysicalResourceId')];
  return ids.filter((_, at) => types[at] !== 'AWS::Lambda::Version').sort();
}
