import { expect, test } from '@jest/globals';
import { anonymous, type Principal } from '../../../lib/domain/principal.ts';
import { addressBlockOf, type LimitSettings, limitOf, shownCaller } from '../../../lib/usecases/limits/caller.ts';

const settings = {
  anonymous: { requestsPerMinute: 600, chainReadsPerMinute: 300 },
  keys: { requestsPerMinute: 6_000, chainReadsPerMinute: 0 },
};
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
  const [requests, reads] = (['requests', 'chain-reads'] as const).map((policy) =>
    limitOf(policy, anonymous, address, settings),
  );
  expect(requests).toEqual({ policy: 'requests', caller: `address:${network}`, limit: 600 });
  expect(reads).toEqual({ policy: 'chain-reads', caller: `chain-reads:address:${network}`, limit: 300 });
});

test('A principal takes from its own budget, and its own limit counts before that of the configuration', () => {
  const limitsOf = (principal: Pick<Principal, 'name' | 'limits'>, by: LimitSettings = settings) =>
    (['requests', 'chain-reads'] as const).map((policy) => limitOf(policy, principal, '192.0.2.7', by)?.limit);
  expect(limitOf('requests', key, '192.0.2.7', settings)?.caller).toBe('key:one');
  expect(limitsOf(key)).toEqual([6_000, undefined]);
  expect(limitsOf({ name: 'jwt:id.example:alice', limits: null })).toEqual([6_000, undefined]);
  expect(limitsOf({ ...key, limits: { requestsPerMinute: 3, chainReadsPerMinute: 0 } })).toEqual([3, undefined]);
  expect(limitsOf({ ...key, limits: { requestsPerMinute: 0, chainReadsPerMinute: 2 } })).toEqual([undefined, 2]);
  expect(limitsOf(anonymous, { ...settings, anonymous: settings.keys })).toEqual([6_000, undefined]);
});

test.each([
  ['key:one', 'key:one'],
  ['address:192.0.2.7', 'address:192.0.*.*'],
  ['address:2001:db8:1:2::/64', 'address:2001:db8:*'],
])('Operators see %s as %s', (caller, shown) => {
  expect(shownCaller(caller)).toEqual({ caller: shown, policy: 'requests' });
  expect(shownCaller(`chain-reads:${caller}`)).toEqual({ caller: shown, policy: 'chain-reads' });
});
