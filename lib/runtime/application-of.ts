import { mayAct, type Principal } from '../domain/principal.ts';

/** The application whose data answers show to a principal; null: they show none (rule LOCAL-1). */
export const applicationOf = (principal: Principal): string | null =>
  mayAct(principal, 'reader') ? principal.application : null;
