import assert from 'node:assert/strict';
import { setRow } from './rows.ts';
import type { Deployment } from './use.ts';

/** Changes a record's value in the table, as no function does. Resolves with the record's id. */
export async function editRecord(
  place: Pick<Deployment, 'service' | 'environment'>,
  isIt: (ref: string) => boolean,
  change: (value: string) => string,
): Promise<string> {
  const record = (await place.service.items('records')).find(({ ref }) => isIt(String(ref)));
  assert.ok(record, 'there is no such record');
  const value = change(String(record.value));
  assert.notEqual(value, record.value);
  await setRow(place, 'records', record, { value });
  return String(record.ref).replace(/^\w+#/, '');
}
