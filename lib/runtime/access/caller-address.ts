import { isIP } from 'node:net';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { isSameSecret } from './same-secret.ts';

/**
 * The address of the caller. Rule LIMIT-13: behind CloudFront the gateway sees CloudFront's, and what a header says is believed of
 * CloudFront alone, which shows the key that the deployment has given it.
 */
export function callerAddress(
  { headers = {}, requestContext }: Pick<APIGatewayProxyEventV2, 'headers' | 'requestContext'>,
  edgeKey: string | null,
): string {
  const { 'x-astake-edge': shown, 'x-astake-viewer': viewer = '' } = headers;
  const isFromEdge = edgeKey !== null && shown !== undefined && isSameSecret(shown, edgeKey);
  return isFromEdge && isIP(viewer) !== 0 ? viewer : (requestContext.http.sourceIp ?? '');
}
