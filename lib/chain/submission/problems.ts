import { type FieldError, LookupError } from '../../domain/errors.ts';

/** Why a submission is refused, all reasons at once. */
export const refusedTransaction = (errors: readonly FieldError[]): LookupError =>
  new LookupError('invalid_transaction', errors.map(({ path, message }) => `${path}: ${message}`).join('; '), {
    errors: errors.slice(0, 10),
  });

/** The same transaction passes once the clock here has come as far. */
export const notYetValid = (path: string, seconds: number): LookupError => {
  const message = `is ${seconds} s ahead of the clock here; submit it again then`;
  return new LookupError('invalid_transaction', `${path}: ${message}`, {
    errors: [{ path, message }],
    retryable: true,
    retryAfter: seconds,
  });
};
