import * as z from 'zod/mini';
import { type Activity, type ActivityRole, activityRoles, isActivityPlace } from '../domain/activity.ts';
import { amount } from '../domain/amount.ts';
import { type FieldError, InvalidRequest } from '../domain/errors.ts';
import type { ActivityQuery } from '../usecases/reading/account-activity.ts';
import { pageOf } from './page.ts';

type Query = Readonly<Record<string, string>>;

/** Which transactions of the account are wanted, and the query that cursors belong to. Throws InvalidRequest. */
export function activityQueryIn(
  account: string,
  query: Query,
): { readonly wanted: ActivityQuery; readonly bound: string } {
  const { role, transferId } = query;
  const errors: FieldError[] = [];
  if (role !== undefined && !isRole(role))
    errors.push({ path: 'role', message: `must be one of: ${activityRoles.join(', ')}` });
  if (transferId !== undefined && !isTransferId(transferId))
    errors.push({ path: 'transferId', message: 'must be a whole number from 0 to 18446744073709551615' });
  if (errors.length > 0) throw new InvalidRequest(errors);
  const bound = JSON.stringify(['transactions', account, role ?? null, transferId ?? null]);
  const { limit, after } = pageOf(query, bound, place);
  return { wanted: { limit, before: after, role: role as ActivityRole | undefined, transferId }, bound };
}

const place = z.string().check(z.refine(isActivityPlace));

const isRole = (text: string): boolean => (activityRoles as readonly string[]).includes(text);

const largestId = 2n ** 64n - 1n;

/** As the chain has it: compared as text, so without a zero in front. */
const isTransferId = (text: string): boolean => /^(?:0|[1-9]\d{0,19})$/.test(text) && BigInt(text) <= largestId;

export const activityItem = ({ role, block, transaction, transfer }: Activity) => ({
  role,
  hash: transaction.hash,
  status: transaction.errorMessage === null ? 'processed' : 'failed',
  block,
  initiator: transaction.initiator,
  cost: amount(transaction.cost),
  errorMessage: transaction.errorMessage,
  transfer: transfer && { ...transfer, amount: amount(transfer.amount) },
});
