import { afterEach, expect, test } from '@jest/globals';
import { recordedExamples } from '../../../infra/local/dev-chain/recorded-examples.ts';
import { defaultReadOptions } from '../../../lib/domain/freshness.ts';
import { followToTip } from '../../../lib/usecases/following/follow-to-tip.ts';
import { lookup } from '../../../lib/usecases/reading/lookup.ts';
import { startService, type TestService } from '../../support/service.ts';

const { account, collections } = recordedExamples['chain-a'];
const ref = { kind: 'account', id: account };
const other = { kind: 'asset', id: `${collections.villas.package}:0` };

let running: TestService;
afterEach(() => running.close());

test('a value below the newest block grows old although the chain stands still and its head is seen again (rule CLAIM-7)', async () => {
  running = await startService({ height: 60 });
  running.stopClock();
  const { service, node, pass } = running;
  const fromChain = { ...defaultReadOptions, noCache: true };
  const canonical = { ...ref, id: service.definitions.get('account')?.canonicalId(ref.id) ?? '' };
  await followToTip(service);
  await lookup(canonical, defaultReadOptions, service);
  // The chain makes one more block, which sync does not follow, and stops.
  node.setHeight(61);
  pass(5_000);
  await lookup(other, fromChain, service);
  pass(100_000);
  await lookup(other, fromChain, service);
  const answer = await lookup(canonical, { ...defaultReadOptions, maxStale: 1_000_000 }, service);
  expect(answer).toMatchObject({ source: 'cache', stale: true, verifiedThrough: { height: 60 } });
  expect(answer.age).toBeGreaterThanOrEqual(100);
});
