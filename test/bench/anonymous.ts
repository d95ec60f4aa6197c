import { recordedExamples } from '../../infra/local/dev-chain/recorded-examples.ts';
import { lookup } from '../../lib/usecases/reading/lookup.ts';
import { clockOf } from '../support/clock.ts';
import { recordedTruth } from '../support/recorded-truth.ts';
import type { Row } from './row.ts';
import { createWorld } from './sync/world.ts';

const recording = 'chain-d';
const { package: collection } = recordedExamples[recording].collections.villas;
const height = 100;
const perSecond = 100;
const secondsInMinute = 60;
/** `ASTAKE_ABSENT_CALLS_PER_MINUTE`: as many at once as come back in a minute. */
const perMinute = 3_000;
/** What the last reading that is let in may cost beyond the limit. */
const overshoot = 10;

/** What one anonymous caller can make one process ask of the nodes, with ids that are on no chain and `no-cache`. */
export async function anonymousCaller(): Promise<Row[]> {
  let now = Date.parse(recordedTruth(recording).block(height).timestamp);
  const world = await createWorld({ recording, height, clock: clockOf(() => now) });
  const service = world.process();
  const options = { noCache: true, onlyIfCached: false };
  let [number, refused] = [0, 0];
  async function minute(): Promise<number> {
    const before = service.chain.calls();
    for (let second = 0; second < secondsInMinute; second += 1) {
      now += 1_000;
      for (let request = 0; request < perSecond; request += 1) {
        number += 1;
        await lookup({ kind: 'asset', id: `${collection}:random-${number}` }, options, service).catch(() => {
          refused += 1;
        });
      }
    }
    return service.chain.calls() - before;
  }
  const [first, later] = [await minute(), await minute()];
  const row = (when: string, calls: number, most: number): Row => ({
    bench: `one anonymous caller, ${perSecond} unknown ids a second: in ${when} minute`,
    counts: 'calls',
    figure: String(calls),
    against: String(most),
    ratio: calls / most,
    goal: `<= ${most}`,
    met: calls <= most + overshoot,
    detail: `${refused} of ${number} requests refused as overloaded`,
  });
  return [row('the first', first, 2 * perMinute), row('each later', later, perMinute)];
}
