import pLimit from 'p-limit';
import type { PinnedBlock } from '../../../lib/domain/block.ts';
import { parseRefKey } from '../../../lib/domain/entity.ts';
import type { BasisReader } from '../../../lib/domain/ports/chain.ts';
import type { Place } from '../../../lib/domain/reconciliation.ts';
import type { EntityRecord } from '../../../lib/domain/record.ts';
import { shardCount } from '../../../lib/domain/shard.ts';
import type { Running } from '../../../lib/runtime/service.ts';
import { reconcile } from '../../usecases/reconciliation/run.ts';

const pageSize = 100;
const readAtOnce = 8;
const never = new AbortController().signal;

/** A whole run without findings; gives the number of compared records. */
export async function sweep(service: Running): Promise<number> {
  const { run, tally } = await reconcile(service);
  const { match, ...others } = tally.counts;
  if (run.status !== 'finished' || Object.values(others).some((count) => count > 0)) {
    throw new Error(`not all records match: ${JSON.stringify({ run, counts: tally.counts })}`);
  }
  return match;
}

/** Scans and reads the same records, and reads each entity from the chain at one block, without checks, comparisons or writes. */
export async function bareScan(service: Running): Promise<number> {
  const block = await service.chain.tip({ signal: never });
  const limit = pLimit(readAtOnce);
  let read = 0;
  for await (const page of pagesOf(service)) {
    await limit.map(page, (record) => readOne(record, block, service));
    read += page.length;
  }
  return read;
}

async function* pagesOf({ records }: Running): AsyncGenerator<EntityRecord[]> {
  for (let shard = 0; shard < shardCount; shard += 1) {
    let after: Place | undefined;
    for (let more = true; more; ) {
      const page = await records.byChecked(shard, { after, limit: pageSize });
      const found = await records.getMany(page.places.map(({ key }) => parseRefKey(key)));
      yield found.filter((record) => record !== undefined);
      after = page.places.at(-1);
      more = page.more;
    }
  }
}

async function readOne(
  { ref, value, probedValidators }: EntityRecord,
  block: PinnedBlock,
  service: Running,
): Promise<void> {
  const bases: BasisReader = service.bases;
  const state = service.chain.at({ block, bases, signal: never });
  const definition = service.definitions.get(ref.kind);
  await definition?.read(ref.id, state, { value, probedValidators });
}
