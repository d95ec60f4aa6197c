import pLimit from 'p-limit';
import { refKey } from '../../../lib/domain/entity.ts';
import { defaultReadOptions } from '../../../lib/domain/freshness.ts';
import type { EntityRecord } from '../../../lib/domain/record.ts';
import type { Service } from '../../../lib/domain/service.ts';
import type { Running } from '../../../lib/runtime/service.ts';
import type { Store } from '../../../lib/store/store.ts';
import { lookup } from '../../../lib/usecases/reading/lookup.ts';
import { watchedUntil } from '../../../lib/usecases/saving/tracking.ts';
import { type Crowd, createCrowd } from '../../support/crowd.ts';
import type { OnCall } from '../../support/memory-store.ts';
import { startFollowing } from '../sync/follow.ts';
import type { Between, World } from '../sync/world.ts';

const recording = 'chain-d';
const height = 105;
const savedAtOnce = 8;
const env = { ASTAKE_RECONCILE_CALLS: '10000000', ASTAKE_SAMPLE_PERCENT: '0' };

export interface Crowded {
  readonly service: Running;
  pass(milliseconds: number): void;
}

export interface CrowdedOptions {
  readonly records: number;
  readonly onCall?: OnCall;
  /** A store to use instead of tables in memory. */
  readonly store?: Store;
}

/**
 * A store with this many records, half of them accounts and half tokens, all of them true. They are copies of recorded
 * entities. The node answers from memory: its answer about a recorded entity is also its answer about each copy. All events
 * are published, and the cache is empty.
 */
export async function crowded({ records, onCall, store }: CrowdedOptions): Promise<Crowded> {
  let crowd: Crowd | undefined;
  const answers = new Map<string, string>();
  const between: Between = (method, params, ask) => {
    const asked = crowd?.translate(params);
    if (asked === undefined) return ask(params);
    const question = `${method} ${asked.params}`;
    const answer = answers.get(question) ?? ask(JSON.parse(asked.params));
    answers.set(question, answer);
    return asked.translateAnswer(answer);
  };
  const following = await startFollowing({ recording, height, between, env, ...(onCall && { onCall }) });
  const { truth, world } = following;
  for (const { id } of truth.accounts) await lookup({ kind: 'account', id }, defaultReadOptions, following.service);
  for (const { packageHash, tokenId } of truth.tokens) {
    await lookup({ kind: 'asset', id: `${packageHash}:${tokenId}` }, defaultReadOptions, following.service);
  }
  const service = following.service as Running;
  const filled = store === undefined ? service : await onAnother(store, world, service);
  crowd = createCrowd(world.store.tables);
  const models = [...world.store.tables.records.values()].filter(({ value }) => value !== null);
  const [accounts, tokens] = ['account', 'asset'].map((kind) => models.filter(({ ref }) => ref.kind === kind));
  const numbers = Array.from({ length: records }, (_, number) => number);
  await pLimit(savedAtOnce).map(numbers, async (number) => {
    const of = (number % 2 === 0 ? accounts : tokens) as readonly EntityRecord[];
    const { record, audit, watch } = (crowd as Crowd).copy(of[number % of.length] as EntityRecord, number);
    await filled.watches.put(refKey(record.ref), watch, watchedUntil(record.trackedUntil));
    await filled.records.save(record, undefined, audit);
  });
  world.store.tables.outbox.clear();
  following.pass(3_600_000);
  return { service: filled, pass: following.pass };
}

/** A process with the same node and other tables, which have the same progress. */
async function onAnother(
  store: Store,
  { process }: World,
  { network, progress, records, audit }: Service,
): Promise<Running> {
  const { head, cursor } = await progress.read();
  if (head === null || cursor === null) throw new Error('sync has not followed the chain');
  await store.progress.seeHead(head, network);
  const era = await records.get({ kind: 'basis', id: 'era' });
  if (era !== undefined) {
    // The trail of a record is compared too.
    const [entry] = await audit.history(era.ref, { limit: 1 });
    await store.records.save(era, undefined, entry);
  }
  return process(undefined, store);
}
