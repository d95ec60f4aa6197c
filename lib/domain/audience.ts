import { mayAct, type Role } from './principal.ts';

/** Who may call: anyone, or a principal with the role. `reader` needs a credential only where reads are for readers. */
export type Audience = 'anyone' | Role;

/** Whether reading routes are open, or for readers only. */
export type Reads = 'open' | 'readers';

/** The roles of those who operate the service, who use IAM where a deployment has it for them. */
export const iamRoles = ['operator', 'auditor'] as const;

/** The roles by which an IAM principal may invoke the routes of an audience (rule ACCESS-27); none: the routes take no IAM. */
export const iamRolesFor = (audience: Audience): readonly Role[] =>
  audience === 'operator' || audience === 'auditor'
    ? iamRoles.filter((role) => mayAct({ roles: [role] }, audience))
    : [];

/** Whether a route of this audience needs no credential. */
export const isOpen = (audience: Audience, reads: Reads = 'open'): boolean =>
  audience === 'anyone' || (audience === 'reader' && reads === 'open');
