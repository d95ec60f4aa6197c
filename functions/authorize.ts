import { authorizerResult } from '../lib/runtime/access/authorizer-context.ts';
import { invoked } from '../lib/runtime/invocation.ts';

/** What API Gateway asks an authorizer with (payload format 2.0). */
interface AuthorizerRequest {
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly requestContext: { readonly http: { readonly method: string } };
}

/** The authorizer of the routes that need a credential: says who calls, or that the credential is not valid. */
export const handler = invoked(async ({ headers, requestContext }: AuthorizerRequest, { authenticate }) =>
  authorizerResult(await authenticate(headers?.authorization, requestContext.http.method)),
);
