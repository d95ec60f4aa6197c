import { expect, test } from '@jest/globals';
import { createNodeHealth, statusMethod } from '../../../lib/chain/pool/node-health.ts';
import { RpcFailure } from '../../../lib/chain/rpc/errors.ts';
import { clockOf } from '../../support/clock.ts';

/** The health of a node, and what was logged of it since the last look. */
function observed() {
  const lines: string[] = [];
  const note = (message: string): void => void lines.push(message);
  const health = createNodeHealth({
    name: 'n1',
    clock: clockOf(() => 0),
    log: { debug: note, info: note, warn: note, error: note },
    count: () => undefined,
    onOpen: () => undefined,
    onPause: () => undefined,
  });
  return { health, logged: () => lines.splice(0) };
}
const failure = new RpcFailure('body', 'HTTP 500');
const method = 'query_global_state';

test('a node that fails is said once to be suspected, and once to have recovered', () => {
  const { health, logged } = observed();
  for (let times = 0; times < 3; times += 1) health.noteFailure(method, failure);
  expect(logged()).toEqual(['node suspected']);
  // A right status proves nothing of what failed.
  health.noteSuccess(statusMethod);
  expect(logged()).toEqual([]);
  for (let times = 0; times < 3; times += 1) health.noteSuccess(method);
  expect(logged()).toEqual(['node recovered']);
});

test('a node that is barred for one reason is said so once, however often its figures change, and once to have recovered', () => {
  const { health, logged } = observed();
  for (const height of [14, 15, 16]) health.bar(`lags at block ${height}`);
  expect(logged()).toEqual(['node barred']);
  for (let times = 0; times < 3; times += 1) health.clear(false);
  expect(logged()).toEqual(['node recovered']);
  health.bar('lags at block 17');
  expect(logged()).toEqual(['node barred']);
});

test('a node that is unwell in two ways has recovered when both are over', () => {
  const { health, logged } = observed();
  health.noteFailure(method, failure);
  health.bar('lags at block 14');
  logged();
  health.clear(false);
  expect(logged()).toEqual([]);
  health.noteSuccess(method);
  expect(logged()).toEqual(['node recovered']);
});
