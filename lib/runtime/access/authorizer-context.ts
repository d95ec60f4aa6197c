import { LookupError } from '../../domain/errors.ts';
import type { Principal } from '../../domain/principal.ts';
import { isRefusal, type Refusal } from './authenticate.ts';

/**
 * What the authorizer hands to the function by way of the gateway, which does not keep it. It always lets the request pass: the
 * function refuses it, in the form of all other errors (rules ACCESS-4 and ACCESS-26). The context holds no credential.
 */
export interface AuthorizerResult {
  readonly isAuthorized: true;
  /** `caller`: who it is, for the access log of the gateway. */
  readonly context: { readonly outcome: string; readonly caller: string };
}

type Outcome = { readonly principal: Principal } | { readonly refused: 'invalid' | 'unavailable' };

export function authorizerResult(caller: Principal | Refusal): AuthorizerResult {
  const outcome: Outcome = isRefusal(caller) ? { refused: caller.refused } : { principal: caller };
  return { isAuthorized: true, context: { outcome: JSON.stringify(outcome), caller: loggedName(caller) } };
}

/** The log is JSON, whose form a name must not break. */
const loggedName = (caller: Principal | Refusal): string =>
  isRefusal(caller) ? `refused: ${caller.refused}` : caller.name.replaceAll(/["\\]/g, encodeURIComponent);

/** As API Gateway adds it to the event: set by the gateway alone, never by a request. */
export interface AuthorizerOfEvent {
  readonly iam?: { readonly userArn?: string };
  readonly lambda?: { readonly outcome?: unknown } | null;
}

/** Whom the gateway has authenticated; undefined: the route has no authorizer. */
export function fromGateway(authorizer: AuthorizerOfEvent | undefined): Principal | Refusal | undefined {
  const arn = authorizer?.iam?.userArn;
  if (arn !== undefined) return iamPrincipal(arn);
  const text = authorizer?.lambda?.outcome;
  if (typeof text !== 'string') return undefined;
  const outcome = JSON.parse(text) as Outcome;
  if ('principal' in outcome) return outcome.principal;
  return outcome.refused === 'invalid' ? { refused: 'invalid' } : { refused: 'unavailable', error: unknownNow() };
}

/** Rule ACCESS-27: IAM has decided that the principal may invoke the route, which is one of operators or auditors. */
const iamPrincipal = (arn: string): Principal => ({
  name: arn,
  kind: 'iam',
  roles: ['operator'],
  collections: null,
  application: null,
  limits: null,
});

const unknownNow = (): LookupError =>
  new LookupError('store_unavailable', 'whether the credential is valid cannot be known now', {
    retryable: true,
    retryAfter: 2,
  });
