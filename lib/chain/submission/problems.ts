import { type FieldError, LookupError } from '../../domain/errors.ts';

/** Why a submission is refused, all reasons at once. */
export const refusedTransaction = (errors: readonly FieldError[]): LookupError =>
  new LookupError('invalid_transaction', errors.map(({ path, message }) => `${path}: ${message}`).join('; '), {
    errors: errors.slice(0, 10),
  });

/** The same transaction passes once the clock here has come as far. */
export const notYetValid = (seconds: number): LookupError => {
  const message = `is ${seconds} s ahead of the clock here`;
  return new LookupError('invalid_transaction', `timestamp: ${message}`, {
    errors: [{ path: 'timestamp', message }],
    retryable: true,
    retryAfter: seconds,
  });
};
