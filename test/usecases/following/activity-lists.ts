import { expect } from '@jest/globals';
import type { Running } from '../../../lib/runtime/service.ts';
import {
  type AccountActivity,
  type ActivityQuery,
  accountActivity,
} from '../../../lib/usecases/reading/account-activity.ts';
import type { RecordedActivity } from './recorded-activity.ts';

export const accountRef = (id: string) => ({ kind: 'account', id });

/** All of an account's list, page by page. */
export async function listOf(
  account: string,
  service: Running,
  query: Partial<ActivityQuery> = {},
): Promise<AccountActivity> {
  const items: AccountActivity['items'][number][] = [];
  let before: string | undefined;
  for (;;) {
    const page = await accountActivity(accountRef(account), { limit: 7, ...query, before }, service);
    if ('absent' in page) throw new Error(`${account} is absent`);
    items.push(...page.items);
    before = page.last;
    if (before === undefined) return { ...page, items };
  }
}

const shown = ({
  account,
  role,
  block,
  transaction,
  transfer,
}: AccountActivity['items'][number]): RecordedActivity => ({
  account,
  role,
  height: block.height,
  hash: transaction.hash,
  failed: transaction.errorMessage !== null,
  cost: transaction.cost,
  amount: transfer?.amount ?? null,
  id: transfer?.id ?? null,
});

const members = ['height', 'hash', 'role', 'account', 'failed', 'cost', 'amount', 'id'];
const inOneOrder = (parts: readonly RecordedActivity[]): string[] =>
  parts.map((part) => JSON.stringify(part, members)).sort();

/** The list has everything that is recorded in the blocks of which it is claimed, and nothing that is not recorded. */
export function expectTrue(
  account: string,
  { items, complete }: AccountActivity,
  recorded: readonly RecordedActivity[],
): void {
  const places = items.map(({ place }) => place);
  expect(places).toEqual([...new Set(places)].sort().reverse());
  const own = recorded.filter((part) => part.account === account);
  const { from = Number.POSITIVE_INFINITY, through = -1 } = complete ?? {};
  const isClaimed = (part: RecordedActivity): boolean => part.height >= from && part.height <= through;
  const listed = items.map(shown);
  expect([account, inOneOrder(listed.filter(isClaimed))]).toEqual([account, inOneOrder(own.filter(isClaimed))]);
  const all = new Set(inOneOrder(own));
  expect([account, inOneOrder(listed).filter((part) => !all.has(part))]).toEqual([account, []]);
}
