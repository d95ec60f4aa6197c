import { defaultReadOptions } from '../../lib/domain/freshness.ts';
import type { Running } from '../../lib/runtime/service.ts';
import { runTick } from '../../lib/usecases/following/tick.ts';
import { definitionOf, lookup } from '../../lib/usecases/reading/lookup.ts';
import { lookupAt } from '../../lib/usecases/reading/lookup-at.ts';
import { createWorld } from '../usecases/following/world.ts';
import type { Row } from './row.ts';
import { createStoreReads } from './sync/store-reads.ts';

const tracked = { kind: 'asset', id: 'villas:0' };
const from = 22;
const through = 93;
/** Progress, record and trail; of the basis whose part joins the answer: as claims are judged by it, record and trail. */
const most = 6;

/** Requests of `?at=` over a token's whole history, each answered by a process that has read nothing before. */
export async function pastReads(): Promise<Row> {
  const world = await createWorld({ recording: 'chain-a', height: from });
  const ref = refOf(world.process());
  await runTick(world.process());
  await lookup(ref, defaultReadOptions, world.process());
  for (let height = from + 1; height <= through; height += 1) {
    world.setHeight(height);
    await runTick(world.process());
  }
  const reads = createStoreReads();
  let [highest, calls, answered] = [0, 0, 0];
  for (let at = from; at <= through; at += 1) {
    reads.reset();
    const service = world.process({ onCall: reads.onCall });
    const { source } = await lookupAt(ref, { at, noCache: false, onlyIfCached: false }, service);
    if (source !== 'history') continue;
    answered += 1;
    highest = Math.max(highest, reads.total());
    calls += service.chain.calls();
  }
  return {
    bench: `?at= of a tracked token, ${answered} of ${through - from + 1} blocks from its history`,
    counts: 'store reads',
    figure: `at most ${highest}, and ${calls} calls to nodes`,
    against: '',
    goal: `≤ ${most}, and 0`,
    met: answered > 0 && highest <= most && calls === 0,
  };
}

const refOf = (service: Running) => ({ ...tracked, id: definitionOf(tracked, service).canonicalId(tracked.id) });
