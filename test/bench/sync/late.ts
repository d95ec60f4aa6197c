import { refKey } from '../../../lib/domain/entity.ts';
import { defaultReadOptions } from '../../../lib/domain/freshness.ts';
import type { Refresher } from '../../../lib/domain/ports/background-work.ts';
import type { EntityRecord } from '../../../lib/domain/record.ts';
import type { Service } from '../../../lib/domain/service.ts';
import { runTick } from '../../../lib/usecases/following/tick.ts';
import { lookup } from '../../../lib/usecases/reading/lookup.ts';
import { entryOf } from '../../../lib/usecases/saving/cache-entry.ts';
import { watchedUntil } from '../../../lib/usecases/saving/tracking.ts';
import { clockOf } from '../../support/clock.ts';
import { type Crowd, createCrowd } from '../../support/crowd.ts';
import { recordedTruth } from '../../support/recorded-truth.ts';
import type { Row } from '../row.ts';
import { askForAccounts } from './follow.ts';
import { blockMs, stretchedTime } from './stretched-time.ts';
import { type Between, createWorld } from './world.ts';

const recording = 'chain-d';
const truth = recordedTruth(recording);
const times = stretchedTime(recording);
const second = 1_000;
const first = 62;
const keys = 10_000;
const readers = 4;
const measuredSeconds = 240;
/** Each key is read once in this time. */
const roundSeconds = 120;
const tickSeconds = 30;
const lateSeconds = 300;
const goal = 1.2;

/**
 * Requests to nodes by the whole fleet, sync included, while sync is five minutes late, over the same blocks in time. The keys
 * are tokens, which the end of an era does not touch: while sync is in time no read of them asks a node.
 */
export async function lateSync(): Promise<Row[]> {
  const steady = await simulate({ lag: 0, ticks: true });
  const moving = await simulate({ lag: lateSeconds, ticks: true });
  const stopped = await simulate({ lag: lateSeconds, ticks: false });
  return [
    rowOf('and following as fast as the chain grows', moving, steady),
    rowOf('and standing still', stopped, steady),
  ];
}

interface Simulated {
  readonly callsPerSecond: number;
  readonly reads: number;
  readonly stale: number;
  readonly refreshes: number;
}

async function simulate({ lag, ticks }: { readonly lag: number; readonly ticks: boolean }): Promise<Simulated> {
  let now = times.of(first);
  let calls = 0;
  let crowd: Crowd | undefined;
  const between: Between = (_method, params, ask) => {
    const asked = crowd?.translate(params);
    return asked === undefined ? ask(params) : asked.translateAnswer(ask(JSON.parse(asked.params)));
  };
  const options = {
    recording,
    height: first,
    clock: clockOf(() => now),
    rewrite: times.rewrite,
    between,
    onRequest() {
      calls += 1;
    },
    // The node that sync follows is behind the readers' node, and is used all the same.
    env: { ASTAKE_MAX_LAG_BLOCKS: '1000', ASTAKE_SAMPLE_PERCENT: '0' },
  } as const;
  const [tip, behind] = [await createWorld(options), await createWorld(options)];
  const { store } = tip;
  const refreshing = tip.process();
  const pending: Promise<unknown>[] = [];
  let refreshes = 0;
  const refresher: Refresher = {
    async request(ref) {
      refreshes += 1;
      pending.push(lookup(ref, { ...defaultReadOptions, noCache: true, staleIfError: 0 }, refreshing));
    },
  };
  const sync = behind.process(refresher, store);
  await runTick(sync);
  await askForAccounts({ service: sync, truth });
  for (const { packageHash, tokenId } of truth.tokens)
    await lookup({ kind: 'asset', id: `${packageHash}:${tokenId}` }, defaultReadOptions, sync);
  await runTick(sync);
  crowd = createCrowd(store.tables);
  const models = [...store.tables.records.values()].filter(({ ref, value }) => value !== null && ref.kind === 'asset');
  const refs = Array.from({ length: keys }, (_, number) => addCopy(crowd as Crowd, number, models, store.tables));

  const fleet = Array.from({ length: readers }, () => tip.process(refresher));
  now += lag * second;
  calls = 0;
  let [reads, stale] = [0, 0];
  for (let passed = 0; passed < measuredSeconds; passed += 1) {
    now += second;
    tip.setHeight(heightAt(now));
    behind.setHeight(heightAt(now - lag * second));
    await seeTip(sync, now);
    if (ticks && passed % tickSeconds === 0) await runTick(sync);
    for (let key = passed % roundSeconds; key < keys; key += roundSeconds) {
      const answer = await lookup(
        refs[key] as (typeof refs)[number],
        defaultReadOptions,
        fleet[key % readers] as Service,
      );
      reads += 1;
      if (answer.stale) stale += 1;
    }
    await Promise.all(pending.splice(0));
  }
  return { callsPerSecond: calls / measuredSeconds, reads, stale, refreshes };
}

const heightAt = (time: number): number => first + Math.floor((time - times.of(first)) / blockMs);

/** Readers of other keys have seen the newest block. */
const seeTip = ({ progress, network }: Service, now: number): Promise<void> => {
  const { height, hash } = truth.block(heightAt(now));
  const head = { height, hash, timestamp: new Date(times.of(height)).toISOString() };
  return progress.seeHead({ ...head, seenAt: new Date(now).toISOString() }, network);
};

function addCopy(
  crowd: Crowd,
  number: number,
  models: readonly EntityRecord[],
  tables: Parameters<typeof createCrowd>[0],
) {
  const { record } = crowd.copy(models[number % models.length] as EntityRecord, number);
  const key = refKey(record.ref);
  const expiresAt = watchedUntil(record.trackedUntil);
  tables.records.set(key, record);
  tables.cache.set(key, { entry: entryOf(record), expiresAt });
  for (const stateKey of record.readSet)
    tables.watches.set(stateKey, new Map([...(tables.watches.get(stateKey) ?? [['!', expiresAt]]), [key, expiresAt]]));
  return record.ref;
}

function rowOf(how: string, late: Simulated, steady: Simulated): Row {
  const ratio = late.callsPerSecond / steady.callsPerSecond;
  return {
    bench: `${keys} keys read, sync five minutes late ${how}: per second, over sync in time`,
    counts: 'calls',
    figure: late.callsPerSecond.toFixed(2),
    against: steady.callsPerSecond.toFixed(2),
    ratio,
    goal: `<= ${goal}`,
    met: ratio <= goal,
    detail: `${late.reads} reads, ${late.stale} labelled as stale, ${late.refreshes} refreshes; in time ${steady.stale} stale`,
  };
}
