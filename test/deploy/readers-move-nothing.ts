import assert from 'node:assert/strict';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Environment } from '../../infra/environments.ts';
import type { FunctionName } from '../../infra/manifest.ts';
import { functionName, namePrefix } from '../../lib/runtime/names.ts';
import { tableName } from '../../lib/store/tables.ts';
import type { DeployedService } from './deployed-service.ts';
import { grantsOf } from './grants.ts';
import { iamOf } from './iam.ts';
import type { Server } from './server.ts';

interface ByRoles {
  readonly server: Server;
  readonly service: DeployedService;
  readonly environment: Environment;
}

/** Rule ITEM-1: who may do what a reader's role may do can publish a head, and cannot move the cursor; the role of sync can. */
export async function readersMoveNothing({ server, service, environment }: ByRoles): Promise<void> {
  const grants = await grantsOf(server, service, environment);
  const iam = iamOf(server);
  for (const [name, mayMove] of [
    ['get-entity', false],
    ['sync', true],
  ] as const) {
    const { role, policy } = grants.find((each) => each.function === functionName(environment, name)) ?? missing(name);
    const principal = `check-as-${name}`;
    const credentials = await iam.principalBy(principal, await iam.rolePolicy(role, policy));
    const client = new DynamoDBClient({ ...service.settings, credentials });
    try {
      assert.equal(await touch('head'), undefined, `${name}: head`);
      assert.equal(await touch('chain'), mayMove ? undefined : 'AccessDeniedException', `${name}: chain`);
    } finally {
      client.destroy();
      await iam.removePrincipalBy(principal);
    }

    /** The name of the error with which a write of the item is refused. It changes nothing. */
    async function touch(item: string): Promise<string | undefined> {
      const command = new UpdateCommand({
        TableName: tableName(namePrefix(environment), 'progress'),
        Key: { name: item },
        UpdateExpression: 'REMOVE #none',
        ExpressionAttributeNames: { '#none': 'none' },
      });
      return DynamoDBDocumentClient.from(client)
        .send(command)
        .then(
          () => undefined,
          (error: Error) => error.name,
        );
    }
  }
}

const missing = (name: FunctionName): never => {
  throw new Error(`${name} has no grants`);
};
