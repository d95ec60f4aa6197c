import { beforeAll, describe, expect, test } from '@jest/globals';
import { accountId } from '../../../lib/domain/account-id.ts';
import { type EntityRef, refKey } from '../../../lib/domain/entity.ts';
import { defaultReadOptions } from '../../../lib/domain/freshness.ts';
import type { Finding, OpenFinding } from '../../../lib/domain/reconciliation.ts';
import type { EntityRecord } from '../../../lib/domain/record.ts';
import { emptyTally } from '../../../lib/domain/tally.ts';
import { verifyTrail } from '../../../lib/usecases/audit/verify-trail.ts';
import { lookup } from '../../../lib/usecases/reading/lookup.ts';
import type { Copy } from '../../support/crowd.ts';
import { refOf } from '../following/follow.ts';
import { cachedToo, deleted, edited, misread, ofBlock, type Plant, unwatched } from './plant.ts';
import { type Ran, reconcile } from './run.ts';
import { type Everything, truth, twentyThousand } from './twenty-thousand.ts';

/** A row that was made wrong, and the finding that is expected. */
interface Planted {
  readonly key: string;
  readonly what: string;
  readonly finding: Finding;
  readonly check: string;
}

const stranger = `account-hash-${'ab'.repeat(32)}`;
const farAway = 1_000_000;

describe('1,000 planted errors among 20,000 records, with two correct nodes, a lagging and a wrong one', () => {
  let all: Everything;
  let planted: readonly Planted[];
  /** Accounts whose records were deleted, and that other records refer to. */
  let referring: readonly string[];
  let ran: Ran;
  let before: number;

  beforeAll(async () => {
    all = await twentyThousand({ asset: 6_200, transaction: 6_100, account: 7_500, unseen: 190 });
    ({ planted, referring } = plantIn(all));
    before = all.world.tables.records.size;
    all.answerWrongly();
    ran = await reconcile(all.service);
  });

  test('are so many, of each sort', () => {
    expect(before).toBeGreaterThanOrEqual(20_000);
    expect(new Set(planted.map(({ key }) => key)).size + referring.length).toBe(1_000);
    expect(countsOf(planted)).toMatchObject({
      owner: 200,
      balance: 200,
      status: 150,
      digest: 152,
      height: 100,
      watch: 190,
    });
    expect(all.wrongAnswers()).toBeGreaterThan(500);
  });

  test('are all found in one run, with the right finding, and fixed', () => {
    expect(ran.run).toMatchObject({ status: 'finished', dryRun: false });
    const { found } = all;
    const wrong = planted.filter(({ key, finding, check }) => {
      const one = found.get(key);
      return one?.finding !== finding || one.checks[check] !== 'failed';
    });
    expect(wrong.map((one) => ({ ...one, found: found.get(one.key) }))).toEqual([]);
    const missing = [...found.values()].flatMap(({ problems }) =>
      problems.filter(({ check }) => check === 'references'),
    );
    for (const key of referring) {
      expect(all.world.tables.records.has(key)).toBe(true);
      expect(missing.filter(({ problem }) => problem.includes(key))).not.toEqual([]);
    }
    const { counts } = ran.tally;
    const inWhich = [...found.values()].filter(({ finding, remedies }) => finding !== 'match' || remedies.length > 0);
    expect(counts.fixed).toBe(inWhich.length);
    expect(counts).toMatchObject({ review: 0, unverifiable: 0, skipped: 0 });
  });

  test('are the only findings: no false conflict, and no false missed change (rule CONFLICT-6)', () => {
    const keys = new Set(planted.map(({ key }) => key));
    const others = [...all.found.values()].filter(({ ref }) => !keys.has(refKey(ref)));
    // A record that depends on the era, and was read before it changed, is behind. A record that refers to a deleted one matches.
    expect(others.filter(({ finding }) => finding !== 'behind' && finding !== 'match')).toEqual([]);
    const outdated = others.filter(({ finding }) => finding === 'behind');
    // None of them was claimed through the compared block, and each claim was true at the block that it went through.
    expect(outdated.filter(({ through }) => through >= (ran.run.block?.height ?? 0))).toEqual([]);
    expect(outdated.filter((one) => !wasTrue(one, all))).toEqual([]);
    expect(others.filter((one) => one.finding === 'match' && !isOfReferences(one))).toEqual([]);
    const { match, behind, missed, conflict } = ran.tally.counts;
    expect(missed).toBe(planted.filter(({ finding }) => finding === 'missed').length);
    expect(all.world.counted.get('Missed')).toBe(missed);
    expect(conflict).toBe(planted.filter(({ finding }) => finding === 'conflict').length);
    const opened = [...all.world.tables.conflicts.values()];
    expect(opened.length).toBeGreaterThan(0);
    expect(opened.filter(({ ref, status }) => !keys.has(refKey(ref)) || status !== 'resolved')).toEqual([]);
    // A deleted record may have been read again before its shard was swept.
    expect(match + behind + missed + conflict).toBe(before);
  });

  test('show which node answers wrongly: only that node is suspected', () => {
    const suspected = [...all.world.tables.audit.values()].flat().filter(({ cause }) => cause === 'refusal');
    expect(new Set(suspected.map(({ ref }) => refKey(ref)))).toEqual(new Set(['node#n1']));
  });

  test('each leave one audit entry with the cause of the correction (rule ITEM-3)', () => {
    const causes = new Set(planted.map(({ key }) => (all.world.tables.audit.get(key) ?? []).at(-1)?.cause));
    expect(causes).toEqual(new Set(['resolution', 'reconciliation']));
    for (const { key } of planted) {
      const trail = all.world.tables.audit.get(key) ?? [];
      expect({ key, entries: trail.length, sequence: all.world.tables.records.get(key)?.sequence }).toEqual({
        key,
        entries: 2,
        sequence: 2,
      });
    }
  });

  test('leave whole audit trails', async () => {
    const some = planted.filter((_, at) => at % 10 === 0);
    for (const { key } of some) expect((await verifyTrail(refOf(key), true, all.service)).broken).toBeUndefined();
  });

  test('are all gone afterwards: the store equals the chain', async () => {
    const memo = new Map<string, string>();
    const wrong: string[] = [];
    for (const [key, record] of all.world.tables.records) {
      if (record.ref.kind !== 'basis' && (await isWrong(record, all, memo))) wrong.push(key);
    }
    expect(wrong).toEqual([]);
    expect(memo.size).toBeGreaterThan(20);
  });

  test('are not found again: a second run changes only dates of verification', async () => {
    const rows = undated(all);
    all.world.pass(3_600_000);
    const again = await reconcile(all.service);
    expect(again.tally.counts).toEqual({ ...emptyTally.counts, match: all.world.tables.records.size });
    expect(undated(all) === rows).toBe(true);
  });
});

/** All rows that a run may write, without dates of verification and without what it writes about nodes and about itself. */
function undated({ world: { tables } }: Everything): string {
  const { records, audit, conflicts, cache, watches } = tables;
  return JSON.stringify({
    records: [...records.values()].map(({ checkedAt: _, ...record }) => record),
    audit: [...audit].filter(([key]) => !key.startsWith('node#')),
    conflicts: [...conflicts],
    cache: [...cache],
    watches: [...watches].map(([key, rows]) => [key, ...rows]),
  });
}

/** Values with a matching digest, as if they had been read so, and some with a wrong digest. */
function plantIn(all: Everything): {
  readonly planted: readonly Planted[];
  readonly referring: readonly string[];
} {
  const { tables } = all.world;
  const left = [...all.copies.keys()].filter((key) => !all.unseen.includes(key));
  const take = (kind: string, many: number) => {
    const taken = left.filter((key) => key.startsWith(`${kind}#`)).slice(0, many);
    for (const key of taken) left.splice(left.indexOf(key), 1);
    return taken;
  };
  const planted: Planted[] = [];
  const put = (keys: readonly string[], plant: Plant, of: Omit<Planted, 'key'>): void => {
    for (const [at, key] of keys.entries()) {
      // Half of the errors are in the cache too, because a writer of one table may write the other.
      (at % 2 === 0 ? plant : cachedToo(plant))(key, tables);
      planted.push({ key, ...of });
    }
  };
  put(take('asset', 200), misread({ owner: stranger }), { what: 'owner', finding: 'conflict', check: 'chain' });
  put(take('account', 200), misread({ balance: '7', available: '7' }), {
    what: 'balance',
    finding: 'conflict',
    check: 'chain',
  });
  put(take('transaction', 150), misread({ status: 'expired' }), {
    what: 'status',
    finding: 'conflict',
    check: 'chain',
  });
  const digest = { what: 'digest', finding: 'conflict', check: 'digest' } as const;
  put(take('asset', 50), edited({ burnt: 'maybe' }), digest);
  put(take('account', 52), edited({ balance: '8' }), digest);
  put(take('transaction', 50), edited({ cost: '9' }), digest);
  const height = { what: 'height', finding: 'conflict', check: 'height' } as const;
  put(take('account', 50), ofBlock({ height: farAway }), height);
  put(take('asset', 50), ofBlock({ height: farAway, hash: 'cd'.repeat(32) }), height);
  put(all.unseen, unwatched, { what: 'watch', finding: 'missed', check: 'watches' });

  const intact = [...tables.records.values()].filter(({ ref }) => !planted.some(({ key }) => key === refKey(ref)));
  const referring = [...new Set(intact.flatMap(namedBy))].filter((key) => tables.records.has(key)).slice(0, 8);
  for (const key of referring) deleted(key, tables);
  return { planted, referring };
}

/** Accounts that a token or a transaction names. */
function namedBy({ ref, value }: EntityRecord): string[] {
  const { owner, initiator } = (value ?? {}) as { readonly owner?: string; readonly initiator?: string };
  if (ref.kind === 'asset' && owner?.startsWith('account-hash-')) return [`account#${owner}`];
  return ref.kind === 'transaction' && initiator !== undefined ? [`account#${accountId(initiator)}`] : [];
}

const isOfReferences = ({ problems }: OpenFinding): boolean => problems.every(({ check }) => check === 'references');

function countsOf(planted: readonly Planted[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { what } of planted) counts[what] = (counts[what] ?? 0) + 1;
  return counts;
}

/** Whether the chain had one value from the record's own block to the block that the record was claimed through. */
function wasTrue({ ref, height, through }: OpenFinding, { copies }: Everything): boolean {
  const model = copies.get(refKey(ref))?.model ?? ref;
  return comparable(truthOf(model, height)) === comparable(truthOf(model, through));
}

/** Whether a reader's answer differs from the recording, at its block or at the block that it is verified through. */
async function isWrong(record: EntityRecord, all: Everything, memo: Map<string, string>): Promise<boolean> {
  const copy = all.copies.get(refKey(record.ref));
  const model = copy?.model ?? record.ref;
  const { data, block, verifiedThrough, source } = await lookup(record.ref, defaultReadOptions, all.service);
  const answer = inOriginal(data, copy, model);
  const expected = (height: number): string => {
    const key = `${refKey(model)} ${height}`;
    const known = memo.get(key) ?? comparable(truthOf(model, height));
    memo.set(key, known);
    return known;
  };
  return source !== 'cache' || answer !== expected(block.height) || answer !== expected(verifiedThrough.height);
}

/** The answer about a copy, translated to the copied entity. */
function inOriginal(data: object | null, copy: Copy | undefined, model: EntityRef): string {
  const [, tokenId] = model.kind === 'asset' ? model.id.split(':') : [];
  if (copy === undefined || data === null) return comparable(data);
  const own = tokenId === undefined ? data : { ...data, id: model.id, tokenId };
  return comparable(JSON.parse(copy.originalText(JSON.stringify(own))));
}

/** The recording does not show whether a staking record is complete. */
const comparable = (data: object | null): string => JSON.stringify(data && { ...data, complete: undefined });

function truthOf({ kind, id }: EntityRef, height: number): object | null {
  if (kind === 'account') return truth.account(id, height);
  if (kind === 'staking') return truth.staking(id, height);
  if (kind === 'collection') return truth.collection(id, height);
  if (kind === 'transaction') return truth.transaction(id, height);
  const token = truth.tokens.find(({ packageHash, tokenId }) => id === `${packageHash}:${tokenId}`);
  if (token === undefined) throw new Error(`there is no ${kind} ${id}`);
  return truth.asset(token, height);
}
