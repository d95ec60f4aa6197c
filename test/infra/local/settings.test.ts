import { expect, test } from '@jest/globals';
import { localSettings } from '../../../infra/local/settings.ts';
import { InvalidConfig } from '../../../lib/runtime/config.ts';

test.each([
  [undefined, 30],
  [' ', 30],
  ['0', 0],
  [' 5 ', 5],
  ['86400', 86_400],
])('ASTAKE_SYNC_SECONDS=%j: sync runs every %d s', (given, expected) => {
  expect(localSettings({ ASTAKE_SYNC_SECONDS: given }).syncSeconds).toBe(expected);
});

test.each([
  [undefined, 3_600],
  [' ', 3_600],
  ['0', 0],
  [' 90 ', 90],
])('ASTAKE_RECONCILE_SECONDS=%j: reconciliation runs every %d s', (given, expected) => {
  expect(localSettings({ ASTAKE_RECONCILE_SECONDS: given }).reconcileSeconds).toBe(expected);
});

test.each(['-1', '1.5', '1e3', 'half a minute', '86401', '999999999'])('%j is not a number of seconds', (given) => {
  const problem = (name: string) => `${name} must be a whole number of seconds, at most 86400; 0 means on request only`;
  const settings = () => localSettings({ ASTAKE_SYNC_SECONDS: given, ASTAKE_RECONCILE_SECONDS: given });
  expect(settings).toThrow(new InvalidConfig([problem('ASTAKE_SYNC_SECONDS'), problem('ASTAKE_RECONCILE_SECONDS')]));
});
