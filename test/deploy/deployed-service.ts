import { request } from 'node:https';
import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import type { Environment } from '../../infra/environments.ts';
import { namePrefix } from '../../lib/runtime/names.ts';
import { type TableName, tableName } from '../../lib/store/tables.ts';
import type { Outputs } from './cdk.ts';
import { region, type Server } from './server.ts';

export interface Asked {
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  // biome-ignore lint/suspicious/noExplicitAny: the body depends on the route
  readonly body: any;
}

export interface DeployedService {
  ask(path: string, asked?: Asked): Promise<Answered>;
  /** Every item of a table. */
  items(table: TableName): Promise<Record<string, unknown>[]>;
  readonly dynamo: DynamoDBDocumentClient;
  /** For clients of AWS's other services. */
  readonly settings: Pick<DynamoDBClientConfig, 'endpoint' | 'region' | 'credentials' | 'requestHandler'>;
  output(stack: 'data' | 'service', name: string): string;
  close(): void;
}

/** What was deployed for an environment: over HTTPS as callers do, and through AWS's APIs as operators do. */
export function serviceOf(server: Server, outputs: Outputs, environment: Environment): DeployedService {
  const prefix = namePrefix(environment);
  const output = (stack: 'data' | 'service', name: string): string => {
    const value = outputs[`${prefix}-${stack}`]?.[name];
    if (value === undefined) throw new Error(`${prefix}-${stack} has no output ${name}`);
    return value;
  };
  const [api] = new URL(output('service', 'ApiUrl')).host.split('.');
  const host = `${api}.execute-api.localhost:${server.port}`;
  const settings = {
    endpoint: server.endpoint,
    region,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    requestHandler: { httpsAgent: { ca: server.certificate } },
  };
  const client = new DynamoDBClient(settings);
  const dynamo = DynamoDBDocumentClient.from(client);
  return {
    dynamo,
    settings,
    output,
    ask: (path, { method = 'GET', body, headers = {} } = {}) =>
      new Promise((resolve, reject) => {
        const sent = request(
          {
            host: 'localhost',
            servername: 'localhost',
            port: server.port,
            ca: server.certificate,
            path,
            method,
            headers: { host, ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
          },
          async (answer) => {
            let text = '';
            for await (const part of answer.setEncoding('utf8')) text += part;
            const isJson = /json/.test(String(answer.headers['content-type']));
            resolve({
              status: answer.statusCode ?? 0,
              headers: answer.headers,
              body: isJson ? JSON.parse(text) : text,
            });
          },
        );
        sent.on('error', reject).end(body === undefined ? undefined : JSON.stringify(body));
      }),
    async items(table) {
      const found: Record<string, unknown>[] = [];
      for await (const { Items = [] } of paginateScan({ client: dynamo }, { TableName: tableName(prefix, table) }))
        found.push(...Items);
      return found;
    },
    close: () => client.destroy(),
  };
}
