import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { GetFunctionConfigurationCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import type { Environment } from '../../infra/environments.ts';
import { namePrefix } from '../../lib/runtime/names.ts';
import { type TableName, tableName } from '../../lib/store/tables.ts';
import { type Answered, type Asked, ask } from './ask.ts';
import type { Outputs } from './cdk.ts';
import { region, type Server } from './server.ts';
import { type Credentials, root, signed } from './signed.ts';

export interface DeployedService {
  ask(path: string, asked?: Asked): Promise<Answered>;
  /** As a principal of IAM does. */
  askSigned(path: string, credentials: Credentials, asked?: Asked): Promise<Answered>;
  /** Every item of a table. */
  items(table: TableName): Promise<Record<string, unknown>[]>;
  readonly dynamo: DynamoDBDocumentClient;
  /** Invokes a function as AWS's services do. Throws where it fails. Resolves with its result. */
  invoke(functionName: string, event: unknown): Promise<unknown>;
  /** The name of the role of a function. */
  roleOf(functionName: string): Promise<string>;
  /** For clients of AWS's other services. */
  readonly settings: Pick<DynamoDBClientConfig, 'endpoint' | 'region' | 'credentials' | 'requestHandler'>;
  output(stack: 'data' | 'api', name: string): string;
  close(): void;
}

/** What was deployed for an environment: over HTTPS as callers do, and through AWS's APIs as operators do. */
export function serviceOf(server: Server, outputs: Outputs, environment: Environment): DeployedService {
  const prefix = namePrefix(environment);
  const output = (stack: 'data' | 'api', name: string): string => {
    const value = outputs[`${prefix}-${stack}`]?.[name];
    if (value === undefined) throw new Error(`${prefix}-${stack} has no output ${name}`);
    return value;
  };
  const [api] = new URL(output('api', 'ApiUrl')).host.split('.');
  const host = `${api}.execute-api.localhost:${server.port}`;
  const settings = {
    endpoint: server.endpoint,
    region,
    credentials: root,
    requestHandler: { httpsAgent: { ca: server.certificate } },
  };
  const client = new DynamoDBClient(settings);
  const lambda = new LambdaClient(settings);
  const dynamo = DynamoDBDocumentClient.from(client);
  return {
    dynamo,
    settings,
    output,
    ask: (path, asked) => ask(server, host, path, asked),
    askSigned: async (path, credentials, asked = {}) =>
      ask(server, host, path, await signed(path, asked, { service: 'execute-api', host, credentials })),
    async items(table) {
      const found: Record<string, unknown>[] = [];
      for await (const { Items = [] } of paginateScan({ client: dynamo }, { TableName: tableName(prefix, table) }))
        found.push(...Items);
      return found;
    },
    async invoke(FunctionName, event) {
      const { FunctionError, Payload } = await lambda.send(
        new InvokeCommand({ FunctionName, Payload: Buffer.from(JSON.stringify(event)) }),
      );
      const result = Buffer.from(Payload ?? []).toString();
      if (FunctionError !== undefined) throw new Error(`${FunctionName}: ${result}`);
      return JSON.parse(result || 'null');
    },
    async roleOf(FunctionName) {
      const { Role = '' } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
      return Role.split('/').at(-1) ?? '';
    },
    close() {
      client.destroy();
      lambda.destroy();
    },
  };
}
