import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { handler } from '../functions/get-openapi.ts';

/** Writes the OpenAPI document for the linters, as its function serves it. */
const folder = join(import.meta.dirname, '../dist');
const path = '/v1/openapi.json';
const event = {
  routeKey: `GET ${path}`,
  rawPath: path,
  rawQueryString: '',
  headers: {},
  requestContext: { requestId: 'none', http: { method: 'GET', path } },
} as APIGatewayProxyEventV2;
const { statusCode, body = '', isBase64Encoded } = await handler(event, {} as Context);
if (statusCode !== 200) throw new Error(`the function answered ${statusCode}: ${body}`);
mkdirSync(folder, { recursive: true });
writeFileSync(
  join(folder, 'openapi.json'),
  `${JSON.stringify(JSON.parse(Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8').toString()), null, 2)}\n`,
);
