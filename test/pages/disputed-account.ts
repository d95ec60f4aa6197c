import { setTimeout as pollPause } from 'node:timers/promises';
import { asOperator, type Local } from '../support/local.ts';

export const disputedAccount = 'account-hash-07057cd1dd5ecd8b77a0249f04eb91cb5694600d01155d63ba23f1c364598237';
export const editedPurse = `uref-${'ab'.repeat(32)}-007`;

/** A conflict that waits for a person: a purse was edited outside the service. Gives its id. */
export async function openDispute(local: Local): Promise<string> {
  const path = `/v1/accounts/${disputedAccount}`;
  await local.get(path);
  const { records } = local.stack.store;
  const record = await records.get({ kind: 'account', id: disputedAccount });
  if (record?.value == null) throw new Error('the account is not stored');
  const { block, sequence } = record;
  await records.save(
    { ...record, value: { ...record.value, mainPurse: editedPurse } },
    { ...block, sequence },
    undefined,
  );
  await local.get(path, { 'cache-control': 'no-cache' });
  for (;;) {
    const { items } = (await local.get('/v1/conflicts?status=awaiting-review', asOperator)).body;
    if (items.length > 0) return items[0].id;
    await pollPause(50);
  }
}
