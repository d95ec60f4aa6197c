import { refKey } from '../../lib/domain/entity.ts';
import { defaultReadOptions } from '../../lib/domain/freshness.ts';
import { runTick } from '../../lib/usecases/following/tick.ts';
import { lookup } from '../../lib/usecases/reading/lookup.ts';
import { recordedAccounts } from '../contract/recorded.ts';
import { createWorld } from '../usecases/following/world.ts';
import type { Row } from './row.ts';

const everyDays = 4;
const totalDays = 200;
const day = 86_400_000;

/** JSON-RPC requests for keeping what is read every few days tracked: an account of a chain whose head sync sees, for 200 days. */
export async function renewals(): Promise<Row> {
  const world = await createWorld({ recording: 'chain-d', height: 93 });
  const [account] = recordedAccounts('chain-d');
  const ref = { kind: 'account', id: account?.accountHash ?? '' };
  await runTick(world.process());
  await lookup(ref, defaultReadOptions, world.process());
  const dates = new Set<string | undefined>();
  let calls = 0;
  for (let days = 0; days < totalDays; days += everyDays) {
    world.pass(everyDays * day);
    await runTick(world.process());
    const reader = world.process();
    await lookup(ref, defaultReadOptions, reader);
    calls += reader.chain.calls();
    dates.add(world.tables.records.get(refKey(ref))?.trackedUntil);
  }
  // The first date is no renewal.
  const renewed = dates.size - 1;
  if (renewed < totalDays / 30) throw new Error(`the record was renewed ${renewed} times only`);
  return {
    bench: `renewal of a tracked record, ${renewed} times in ${totalDays} days`,
    counts: 'calls',
    figure: (calls / renewed).toFixed(2),
    against: '0',
    goal: '0',
    met: calls === 0,
  };
}
