import type { Answer } from '../domain/answer.ts';
import { ageSeconds } from '../domain/claim.ts';
import { absentSeconds } from '../domain/entity.ts';
import { noProgress } from '../domain/progress.ts';
import { type Reading, storeFailed, trusted } from './reading.ts';
import { type Refreshed, refresh } from './refresh.ts';
import { entryOf } from './save.ts';
import { newestTip } from './tip.ts';

/** Of a read's deadline, what is kept back for the database's answer when no node answers in time. */
const databaseShare = 0.2;

/** One observation per entity at a time in this process, at a block no lower than anything already served or stored. */
export async function fromChain(reading: Reading): Promise<Answer> {
  const { ref, key, definition, wishes, service } = reading;
  const shared = await service.memory.flight(key, () => readChain(reading));
  const floor = Math.max(wishes.minHeight ?? 0, service.memory.served(key));
  const { observation, bases } = shared.observation.block.height >= floor ? shared : await readChain(reading);
  const { value, block } = observation;
  const head = service.memory.head();
  const age = head === undefined ? 0 : ageSeconds(block, head, service.clock.now());
  const freshSeconds = value === null ? absentSeconds : definition.freshSeconds(value);
  const joined = (name: string) => bases.find((basis) => basis.name === name)?.joined;
  return {
    ref,
    data: value === null ? null : definition.present(ref.id, value, joined),
    source: 'chain',
    stale: age > freshSeconds,
    block,
    verifiedThrough: block,
    age,
    freshSeconds,
    cache: 'miss',
  };
}

async function readChain(reading: Reading): Promise<Refreshed> {
  const { ref, key, definition, wishes, snapshot, service, shared } = reading;
  const milliseconds = service.limits.deadlineMs * (definition.patience ?? 1) * (1 - databaseShare);
  const signal = AbortSignal.timeout(milliseconds);
  const before = snapshot && (await service.records.get(ref).catch((error: unknown) => storeFailed(error, service)));
  const progress = snapshot?.progress ?? noProgress;
  const stored = snapshot && trusted(before, snapshot);
  const floor = Math.max(service.memory.served(key), progress.cursor?.height ?? 0, stored?.block.height ?? 0);
  const tipAt = (height: number) =>
    newestTip({ atLeast: height, minHeight: wishes.minHeight, progress, signal }, service, shared);
  const block = await tipAt(floor);
  const refreshed = await refresh(
    definition,
    ref,
    { block, before, snapshot, cause: 'lookup', signal, tipAt },
    service,
  );
  const { saved } = refreshed;
  if (saved !== undefined && 'record' in saved && snapshot !== undefined) {
    service.memory.remember(key, { entry: entryOf(saved.record), snapshot });
  }
  return refreshed;
}
