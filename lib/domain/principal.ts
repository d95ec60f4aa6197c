/** What a caller may do. A role includes others: see `mayAct`. */
export type Role = 'reader' | 'writer' | 'operator' | 'auditor';

export const roles: readonly Role[] = ['reader', 'writer', 'operator', 'auditor'];

/** Who calls, as the service has authenticated it. Nothing of it comes from the body or from a header that a caller may set. */
export interface Principal {
  /**
   * The actor in audit trails, decisions, runs and reports: `key:<id>`, `jwt:<issuer's host and path>:<subject>`, the ARN of an IAM
   * principal, `local:operator-key`, or `anonymous`.
   */
  readonly name: string;
  readonly kind: 'anonymous' | 'key' | 'jwt' | 'iam' | 'local';
  readonly roles: readonly Role[];
  /** Package hashes of the collections that it may use; null: all. */
  readonly collections: readonly string[] | null;
  /** Whose own data it reads and writes; null: it has none. */
  readonly application: string | null;
  /** Of its own; null: those of the configuration. */
  readonly limits: CallerLimits | null;
}

/** The name of an application, whatever kind of credential names it. */
export const applicationForm = /^[A-Za-z0-9][A-Za-z0-9._~-]{0,62}$/;

/** In a minute; 0: no limit. */
export interface CallerLimits {
  readonly requestsPerMinute: number;
  readonly chainReadsPerMinute: number;
}

export const anonymous: Principal = {
  name: 'anonymous',
  kind: 'anonymous',
  roles: [],
  collections: null,
  application: null,
  limits: null,
};

/** An operator does not submit and keeps no application's data: operating and writing are given apart. */
const included: Readonly<Record<Role, readonly Role[]>> = {
  reader: [],
  writer: ['reader'],
  operator: ['auditor', 'reader'],
  auditor: ['reader'],
};

export const mayAct = ({ roles: held }: Pick<Principal, 'roles'>, role: Role): boolean =>
  held.some((one) => one === role || included[one].includes(role));
