import { expect, test } from '@jest/globals';
import { anonymous } from '../../../lib/domain/principal.ts';
import { addressBlockOf, budgetOf, shownCaller } from '../../../lib/usecases/limits/caller.ts';

const settings = { anonymous: 600, keys: 6_000 };
const key = { ...anonymous, name: 'key:one', kind: 'key' } as const;

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0DB8:1:2::9', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
])('An anonymous caller from %s takes from the budget of %s', (address, network) => {
  expect(addressBlockOf(address)).toBe(network);
  expect(budgetOf(anonymous, address, settings)).toEqual({ caller: `address:${network}`, limit: 600 });
});

test('A principal takes from its own budget, and its own limit counts before that of the configuration', () => {
  expect(budgetOf(key, '192.0.2.7', settings)).toEqual({ caller: 'key:one', limit: 6_000 });
  const limits = { requestsPerMinute: 3, chainReadsPerMinute: 0 };
  expect(budgetOf({ ...key, limits }, '192.0.2.7', settings)?.limit).toBe(3);
  expect(budgetOf({ ...key, limits: { ...limits, requestsPerMinute: 0 } }, '192.0.2.7', settings)).toBeUndefined();
  expect(budgetOf(anonymous, '192.0.2.7', { anonymous: 0, keys: 5 })).toBeUndefined();
});

test.each([
  ['key:one', 'key:one'],
  ['address:192.0.2.7', 'address:192.0.*.*'],
  ['address:2001:db8:1:2::/64', 'address:2001:db8:*'],
])('Operators see %s as %s', (caller, shown) => {
  expect(shownCaller(caller)).toBe(shown);
});
