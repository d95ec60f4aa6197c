import type { EntityRef } from '../../../lib/domain/entity.ts';
import { defaultReadOptions } from '../../../lib/domain/freshness.ts';
import { lookup } from '../../../lib/usecases/reading/lookup.ts';
import type { Row } from '../row.ts';
import { askForAccounts, type Following, followThrough, recordsOf, startFollowing } from './follow.ts';

const first = 92;
/** This block ends an era. */
const last = 104;
/** Longer than a process remembers an entry, so that each lookup reads the table. */
const passedMs = 6_000;

/** Requests to nodes for lookups of tracked entities, while sync follows block by block. */
export async function steadyReads(): Promise<Row[]> {
  const following = await startFollowing({ recording: 'chain-d' });
  await askForAccounts(following);
  await followThrough(first, following);
  const refs = recordsOf(following.world.store).map(({ ref }) => ref);
  // Records from before the end of an era are read once: from then on they are tracked and current.
  await readAll(refs, following);
  const within = { reads: 0, calls: 0 };
  for (let height = first + 1; height < last; height += 1) {
    await following.to(height);
    const { calls } = await readAll(refs, following);
    within.reads += refs.length;
    within.calls += calls;
  }
  await following.to(last);
  const after = await readAll(refs, following);
  const again = await readAll(refs, following);
  return [
    {
      bench: `steady reads of ${refs.length} tracked entities while ${last - first - 1} blocks are followed`,
      counts: 'calls',
      figure: String(within.calls),
      against: '0',
      goal: '0',
      met: within.calls === 0,
      detail: `${within.reads} reads`,
    },
    {
      bench: `the first reads of ${refs.length} tracked entities after an era has ended`,
      counts: 'calls',
      figure: String(after.calls),
      against: '0',
      detail: `${after.fromChain} of them read the chain: they depend on the era; ${again.calls} calls the next time`,
    },
  ];
}

async function readAll(
  refs: readonly EntityRef[],
  { service, pass }: Following,
): Promise<{ readonly calls: number; readonly fromChain: number }> {
  pass(passedMs);
  const before = service.chain.calls();
  let fromChain = 0;
  for (const ref of refs) {
    const { data, source } = await lookup(ref, defaultReadOptions, service);
    if (data === null) throw new Error(`${ref.kind} ${ref.id} is gone`);
    if (source === 'chain') fromChain += 1;
  }
  return { calls: service.chain.calls() - before, fromChain };
}
