import type { Role } from './principal.ts';

/** Who may call: anyone, or a principal with the role. `reader` needs a credential only where reads are for readers. */
export type Audience = 'anyone' | Role;

/** Whether reading routes are open, or for readers only. */
export type Reads = 'open' | 'readers';

/** The audiences that use IAM where a deployment has it for those who operate the service. An operator may do all that an auditor may. */
export const iamAudiences = ['operator', 'auditor'] as const;

export const isForIam = (audience: Audience): boolean => iamAudiences.some((one) => one === audience);

/** Whether a route of this audience needs no credential. */
export const isOpen = (audience: Audience, reads: Reads = 'open'): boolean =>
  audience === 'anyone' || (audience === 'reader' && reads === 'open');
