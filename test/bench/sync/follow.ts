import { defaultReadOptions } from '../../../lib/domain/freshness.ts';
import type { EntityRecord } from '../../../lib/domain/record.ts';
import type { Service } from '../../../lib/domain/service.ts';
import type { Tick } from '../../../lib/domain/tick.ts';
import { runTick } from '../../../lib/usecases/following/tick.ts';
import { lookup } from '../../../lib/usecases/reading/lookup.ts';
import { clockOf } from '../../support/clock.ts';
import type { MemoryStore } from '../../support/memory-store.ts';
import { type RecordedTruth, recordedTruth } from '../../support/recorded-truth.ts';
import { createWorld, type World, type WorldOptions } from './world.ts';

/** A chain that is followed step by step, with a clock that shows the time of its newest block. */
export interface Following {
  readonly world: World;
  readonly service: Service;
  readonly truth: RecordedTruth;
  /** One tick with the chain at this height. Throws where the tick does not reach the height. */
  to(height: number): Promise<Tick>;
  pass(milliseconds: number): void;
}

/** Starts at genesis, or at `height`. */
export async function startFollowing(options: Omit<WorldOptions, 'clock'>): Promise<Following> {
  const truth = recordedTruth(options.recording);
  let now = Date.parse(truth.block(options.height ?? 0).timestamp);
  const world = await createWorld({ ...options, clock: clockOf(() => now) });
  const service = world.process();

  async function to(height: number): Promise<Tick> {
    world.setHeight(height);
    // Requests of the same moment would be shared.
    now = Math.max(now + 1, Date.parse(truth.block(height).timestamp));
    const done = await runTick(service);
    const { cursor } = world.store.tables.progress;
    if (done.stoppedBy !== 'done' || cursor?.height !== height) {
      throw new Error(`block ${height} was not followed: ${JSON.stringify(done)}`);
    }
    return done;
  }

  await to(options.height ?? 0);
  const pass = (milliseconds: number): void => {
    now += milliseconds;
  };
  return { world, service, truth, to, pass };
}

export const blocksPerTick = 4;

/** Two ticks a minute find four blocks of 8 s each. */
export async function followThrough(height: number, { world, to }: Following): Promise<Tick[]> {
  const ticks: Tick[] = [];
  for (let next = world.store.tables.progress.cursor?.height ?? 0; next < height; ) {
    next = Math.min(next + blocksPerTick, height);
    ticks.push(await to(next));
  }
  return ticks;
}

/** Looks up all accounts and their positions; sync finds the tokens. */
export async function askForAccounts({ service, truth }: Pick<Following, 'service' | 'truth'>): Promise<void> {
  for (const { id } of truth.accounts) {
    for (const kind of ['account', 'staking']) await lookup({ kind, id }, defaultReadOptions, service);
  }
}

export const recordsOf = ({ tables }: MemoryStore, kind?: string): EntityRecord[] =>
  [...tables.records.values()].filter(
    ({ ref, value }) => value !== null && ref.kind !== 'basis' && (kind === undefined || ref.kind === kind),
  );
