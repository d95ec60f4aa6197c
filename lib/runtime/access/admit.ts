import { type Audience, isOpen, type Reads } from '../../domain/audience.ts';
import { LookupError } from '../../domain/errors.ts';
import { mayAct, type Principal } from '../../domain/principal.ts';
import { isRefusal, type Refusal } from './authenticate.ts';

/** A refusal that says what to send (RFC 6750, 3). */
export class NotAdmitted extends LookupError {
  override readonly name = 'NotAdmitted';
  /** The parameters of `WWW-Authenticate` behind the realm. */
  readonly challenge: Readonly<Record<string, string>>;

  constructor(
    code: 'unauthenticated' | 'forbidden',
    message: string,
    challenge: Readonly<Record<string, string>> = {},
  ) {
    super(code, message);
    this.challenge = challenge;
  }
}

const how = 'send an API key or a token as "Authorization: Bearer …"';

export const missing = (): NotAdmitted =>
  new NotAdmitted('unauthenticated', `this route requires a credential: ${how}`);

/** One text for every credential that is not valid: unknown, wrong, expired, revoked and foreign ones look alike (rule ACCESS-1). */
const invalid = (): NotAdmitted =>
  new NotAdmitted('unauthenticated', `the credential is not valid: ${how}`, { error: 'invalid_token' });

/**
 * The one place where the audience of a route is enforced (rule ACCESS-4): the principal, where it may call the route. A credential that
 * is not valid is refused on open routes too: who sends one does not mean to be anonymous. Throws NotAdmitted; LookupError where
 * it cannot be known now.
 */
export function admit(outcome: Principal | Refusal, audience: Audience | undefined, reads: Reads): Principal {
  if (isRefusal(outcome)) throw outcome.refused === 'invalid' ? invalid() : outcome.error;
  // A route that the contract does not know is closed.
  if (audience === undefined) throw forbidden('the route has no audience', 'none');
  if (isOpen(audience, reads)) return outcome;
  if (outcome.kind === 'anonymous') throw missing();
  if (audience === 'anyone' || mayAct(outcome, audience)) return outcome;
  throw lacksRole(audience);
}

export const lacksRole = (role: string): NotAdmitted =>
  forbidden(`the credential does not have the role ${role}, which this route requires`, role);

const forbidden = (message: string, scope: string): NotAdmitted =>
  new NotAdmitted('forbidden', message, { error: 'insufficient_scope', scope });

/** The one place where the collections of a principal are enforced (rule ACCESS-6). Throws NotAdmitted. */
export function refuseForeignCollection(
  { collections }: Pick<Principal, 'collections'>,
  collection: string | null,
): void {
  if (mayUse({ collections }, collection)) return;
  throw new NotAdmitted('forbidden', 'the credential is not for this collection', { error: 'insufficient_scope' });
}

/** Who may use some collections makes no key for others: with it, it would have what it was not given (rule ACCESS-6). Throws NotAdmitted. */
export function refuseWiderKey(
  { collections }: Pick<Principal, 'collections'>,
  wanted: readonly string[] | null,
): void {
  if (collections === null || wanted?.every((one) => collections.includes(one))) return;
  throw new NotAdmitted('forbidden', 'the credential is for some collections, and makes no key for others', {
    error: 'insufficient_scope',
  });
}

/** Who may use some collections gets no events of others by a webhook (rule ACCESS-6). `wanted` null: of all. Throws NotAdmitted. */
export function refuseWiderWebhook({ collections }: Pick<Principal, 'collections'>, wanted: string | null): void {
  if (collections === null || (wanted !== null && collections.includes(wanted))) return;
  throw new NotAdmitted('forbidden', 'the credential is for some collections: the webhook must be for one of them', {
    error: 'insufficient_scope',
  });
}

/** `collection`: a package hash; null: the entity is of no collection. */
export const mayUse = ({ collections }: Pick<Principal, 'collections'>, collection: string | null): boolean =>
  collections === null || collection === null || collections.includes(collection);

const realm = 'Astake Lookup';

/** `asPage`: a browser asks for a page, and shows a form for the key. */
export function challengeOf(error: LookupError, asPage: boolean): string | undefined {
  if (error.code === 'unauthenticated' && asPage) {
    return `Basic realm="${realm}: any name, and a key as the password", charset="UTF-8"`;
  }
  if (!(error instanceof NotAdmitted)) return undefined;
  const parameters = Object.entries({ realm, ...error.challenge }).map(([name, value]) => `${name}="${value}"`);
  return `Bearer ${parameters.join(', ')}`;
}
