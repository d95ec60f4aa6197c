import type { EntityRecord } from '../../../lib/domain/record.ts';
import type { Row } from '../row.ts';
import { askForAccounts, blocksPerTick, type Following, followThrough, recordsOf, startFollowing } from './follow.ts';
import { createStoreReads } from './store-reads.ts';
import { track } from './tracked.ts';

const recording = 'chain-d';
const few = 100;
const many = 100_000;

/** The cost of sync with few and with many tracked records. */
export async function scale(): Promise<Row[]> {
  const models = await followed(0);
  const records = recordsOf(models.following.world.store);
  const [small, large] = [await followed(few, records), await followed(many, records)];
  const blocks = small.following.truth.lastHeight;
  const perBlock = (count: number): string => (count / blocks).toFixed(2);
  const least = 1 + small.following.truth.transactions.length / blocks;
  const bench = `following ${blocks} blocks, ${blocksPerTick} a tick`;
  const compared = (counts: 'calls' | 'store reads', figure: number, against: number, detail: string): Row => ({
    bench: `${bench}: per block, ${many} tracked over ${few}`,
    counts,
    figure: perBlock(figure),
    against: perBlock(against),
    ratio: figure / against,
    goal: '1.00',
    met: figure === against,
    detail,
  });
  return [
    {
      bench: `${bench}: per block, ${few} tracked`,
      counts: 'calls',
      figure: perBlock(small.calls),
      against: least.toFixed(2),
      ratio: small.calls / blocks / least,
      detail: 'least: each block and its transactions; the tracked records that it wrote are read too',
    },
    compared('calls', large.calls, small.calls, `${large.refreshed} refreshed over ${small.refreshed}`),
    compared('store reads', large.reads, small.reads, `by call: ${large.readsByCall}`),
  ];
}

interface Followed {
  readonly following: Following;
  readonly calls: number;
  readonly reads: number;
  readonly readsByCall: string;
  readonly refreshed: number;
}

/** Follows the whole recording while this many records are tracked. */
async function followed(tracked: number, models: readonly EntityRecord[] = []): Promise<Followed> {
  const reads = createStoreReads();
  const following = await startFollowing({ recording, onCall: reads.onCall });
  await askForAccounts(following);
  const { tables } = following.world.store;
  track(tracked - recordsOf(following.world.store).length, models, tables);
  reads.reset();
  const callsBefore = following.service.chain.calls();
  const ticks = await followThrough(following.truth.lastHeight, following);
  return {
    following,
    calls: following.service.chain.calls() - callsBefore,
    reads: reads.total(),
    readsByCall: reads.byCall(),
    refreshed: ticks.reduce((sum, { refreshed }) => sum + refreshed, 0),
  };
}
