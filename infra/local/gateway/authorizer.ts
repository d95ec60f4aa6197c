import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { AuthorizerOfEvent, AuthorizerResult } from '../../../lib/runtime/access/authorizer-context.ts';
import { type Functions, invokeFunction } from '../aws/functions.ts';

/** Asks the function `authorize` as API Gateway does: for each request, also one without a credential, and without the body (rule ACCESS-26). */
export async function askAuthorizer(
  functions: Functions,
  event: APIGatewayProxyEventV2,
  requestId: string,
): Promise<AuthorizerOfEvent> {
  const { body: _, isBase64Encoded: __, ...asked } = event;
  const request = { ...asked, type: 'REQUEST', routeArn: `arn:aws:execute-api:local:${event.routeKey}` };
  const { isAuthorized, context } = (await invokeFunction(
    functions,
    'authorize',
    request,
    requestId,
  )) as AuthorizerResult;
  if (!isAuthorized) throw new TypeError('the authorizer lets no request pass');
  return { lambda: context };
}
