import { expect, test } from '@jest/globals';
import { isEdited } from '../../lib/domain/compare.ts';
import { recordFromItem, recordToItem } from '../../lib/store/record-item.ts';
import { tableMark } from '../../lib/store/tables.ts';
import { recordOf } from './samples.ts';

const tables = tableMark('a');
const whole = recordToItem(recordOf({ value: { total: 1 } }), tables);

test.each([
  ['a number that is not finite', '{"total":1e999}'],
  ['such a number with many digits', `{"total":${'9'.repeat(310)}}`],
  ['text that is not JSON', '{"total":'],
])('a record with %s comes as one that was edited, and nothing throws', (_what, value) => {
  expect(isEdited(recordFromItem({ ...whole, value }, tables))).toBe(true);
});

test('a record with a large finite number is read as it was written', () => {
  expect(recordFromItem({ ...whole, value: '{"total":1e300}' }, tables).value).toEqual({ total: 1e300 });
  expect(recordFromItem({ ...whole, value: '{"total":"1e999"}' }, tables).value).toEqual({ total: '1e999' });
});
