import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Reply } from './reply.ts';

type Headers = Readonly<Record<string, string>>;

/** A reply as API Gateway takes it. `fields`: what the answer has beyond the reply's own headers. */
export function structuredResult({ status, headers, body }: Reply, fields: Headers): APIGatewayProxyStructuredResultV2 {
  const all = { ...headers, ...fields };
  if (body instanceof Uint8Array)
    return { statusCode: status, headers: all, body: Buffer.from(body).toString('base64'), isBase64Encoded: true };
  const text = typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body);
  return { statusCode: status, headers: all, body: text };
}

/** Browsers use https alone for a year (RFC 6797). A local run speaks http. */
export const transportSecurity = (environment: string): Headers =>
  environment === 'local' ? {} : { 'strict-transport-security': 'max-age=31536000' };
