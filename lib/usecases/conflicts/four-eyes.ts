import { type Conflict, mayNotDecide } from '../../domain/conflict.ts';
import { LookupError } from '../../domain/errors.ts';
import type { Service } from '../../domain/service.ts';

/** Rule CONFLICT-7. Throws `conflict_state`; the message names the rule, and no other principal. */
export function requireOtherEyes(conflict: Conflict, by: string, { review }: Pick<Service, 'review'>): void {
  if (!review.fourEyes || !mayNotDecide(conflict).includes(by)) return;
  throw new LookupError(
    'conflict_state',
    'four eyes are required: who opened the conflict, made or kept the disputed value, or decided before may not decide or undo; mayNotDecide of the conflict names them, and another person has to',
  );
}
