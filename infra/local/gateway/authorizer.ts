import { createHash } from 'node:crypto';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { LRUCache } from 'lru-cache';
import type { AuthorizerOfEvent, AuthorizerResult } from '../../../lib/runtime/access/authorizer-context.ts';
import { type Functions, invokeFunction } from '../aws/functions.ts';

/** As in the stacks. */
const rememberedMs = 30_000;

export interface Authorizer {
  /** What the function says of the caller; undefined: the request has no credential, and the function is not asked. */
  ask(event: APIGatewayProxyEventV2, requestId: string): Promise<AuthorizerOfEvent | undefined>;
}

/** Asks the function `authorize` as API Gateway does, and keeps its answer by the identity sources: the header, and the route. */
export function createAuthorizer(functions: Functions, now: () => number = () => performance.now()): Authorizer {
  const remembered = new LRUCache<string, AuthorizerOfEvent>({
    max: 1_000,
    ttl: rememberedMs,
    perf: { now },
    ttlResolution: 0,
  });
  return {
    async ask(event, requestId) {
      const { routeKey } = event;
      const { authorization } = event.headers;
      if (!authorization) return undefined;
      const identitySource = [authorization, routeKey];
      const key = createHash('sha256').update(JSON.stringify(identitySource)).digest('base64url');
      const known = remembered.get(key);
      if (known !== undefined) return known;
      const { body: _, isBase64Encoded: __, ...asked } = event;
      const request = { ...asked, type: 'REQUEST', identitySource, routeArn: `arn:aws:execute-api:local:${routeKey}` };
      const { isAuthorized, context } = (await invokeFunction(
        functions,
        'authorize',
        request,
        requestId,
      )) as AuthorizerResult;
      if (!isAuthorized) throw new TypeError('the authorizer lets no request pass');
      remembered.set(key, { lambda: context });
      return { lambda: context };
    },
  };
}
