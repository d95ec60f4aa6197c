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

/** A row that somebody has put wrong, and as what it is to be found. */
interface Planted {
  readonly key: string;
  readonly what: string;
  readonly finding: Finding;
  readonly check: string;
}

const stranger = `account-hash-${'ab'.repeat(32)}`;
const farAway = 1_000_000;

describe('Of 20,000 records 1,000 are put wrong, before two honest nodes, a lagging and a lying one', () => {
  let all: Everything;
  let planted: readonly Planted[];
  /** Accounts of which the records were deleted, and that others refer to. */
  let referring: readonly string[];
  let ran: Ran;
  let before: number;

  beforeAll(async () => {
    all = await twentyThousand({ asset: 6_200, transaction: 6_100, account: 7_500, unseen: 190 });
    ({ planted, referring } = plantIn(all));
    before = all.world.tables.records.size;
    all.lie();
    ran = await reconcile(all.service);
  }, 240_000);

  test('they are so many', () => {
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
    expect(all.lies()).toBeGreaterThan(500);
  });

  test('every one is found in one pass, as what it is, and put right', () => {
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

  test('nothing else is: no conflict is false, and no change is said to have been missed that was not', () => {
    const keys = new Set(planted.map(({ key }) => key));
    const others = [...all.found.values()].filter(({ ref }) => !keys.has(refKey(ref)));
    // What rests on the era, and was read before it moved, has moved on; what refers to what was deleted has lost nothing itself.
    expect(others.filter(({ finding }) => finding !== 'behind' && finding !== 'match')).toEqual([]);
    expect(others.filter(({ finding, height, through }) => finding === 'behind' && through > height)).toEqual([]);
    expect(others.filter((one) => one.finding === 'match' && !isOfReferences(one))).toEqual([]);
    const { match, behind, missed, conflict } = ran.tally.counts;
    expect(missed).toBe(planted.filter(({ finding }) => finding === 'missed').length);
    expect(all.world.counted.get('Missed')).toBe(missed);
    expect(conflict).toBe(planted.filter(({ finding }) => finding === 'conflict').length);
    const opened = [...all.world.tables.conflicts.values()];
    expect(opened.length).toBeGreaterThan(0);
    expect(opened.filter(({ ref, status }) => !keys.has(refKey(ref)) || status !== 'resolved')).toEqual([]);
    // Those that were deleted may have been made again before their shard was gone through.
    expect(match + behind + missed + conflict).toBe(before);
  });

  test('the lying node is suspected, and none of the others', () => {
    const suspected = [...all.world.tables.audit.values()].flat().filter(({ cause }) => cause === 'refusal');
    expect(new Set(suspected.map(({ ref }) => refKey(ref)))).toEqual(new Set(['node#n1']));
  });

  test('each change has one entry, and what was found and put right says so', () => {
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

  test('trails are whole', async () => {
    const some = planted.filter((_, at) => at % 10 === 0);
    for (const { key } of some) expect((await verifyTrail(refOf(key), true, all.service)).broken).toBeUndefined();
  });

  test('the store is equal to the chain afterwards', async () => {
    const memo = new Map<string, string>();
    const wrong: string[] = [];
    for (const [key, record] of all.world.tables.records) {
      if (record.ref.kind !== 'basis' && (await liesAbout(record, all, memo))) wrong.push(key);
    }
    expect(wrong).toEqual([]);
    expect(memo.size).toBeGreaterThan(20);
  }, 60_000);

  test('a second pass finds nothing, and changes nothing but when each was checked', async () => {
    const rows = undated(all);
    all.world.pass(3_600_000);
    const again = await reconcile(all.service);
    expect(again.tally.counts).toEqual({ ...emptyTally.counts, match: all.world.tables.records.size });
    expect(undated(all) === rows).toBe(true);
  }, 120_000);
});

/** What a run may write, but for when each was checked, and what it writes down of the nodes and of itself. */
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

/** Values with a digest to match, as if they had been read so, but for those whose digest is broken. */
function plantIn(all: Everything): {
  readonly planted: readonly Planted[];
  readonly referring: readonly string[];
} {
  const { tables } = all.world;
  const left = [...all.doubles.keys()].filter((key) => !all.unseen.includes(key));
  const take = (kind: string, many: number) => {
    const taken = left.filter((key) => key.startsWith(`${kind}#`)).slice(0, many);
    for (const key of taken) left.splice(left.indexOf(key), 1);
    return taken;
  };
  const planted: Planted[] = [];
  const put = (keys: readonly string[], plant: Plant, of: Omit<Planted, 'key'>): void => {
    for (const [at, key] of keys.entries()) {
      // Whoever can write the one table may write the other one as well.
      (at % 2 === 0 ? plant : cachedToo(plant))(key, tables);
      planted.push({ key, ...of });
    }
  };
  put(take('asset', 200), misread({ owner: stranger }), { what: 'owner', finding: 'conflict', check: 'chain' });
  put(take('account', 200), misread({ total: '7', available: '7' }), {
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
  put(take('account', 52), edited({ total: '8' }), digest);
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

/** By the recording alone: what readers are told, at its block and at the one through which it is said to be true. */
async function liesAbout(record: EntityRecord, all: Everything, memo: Map<string, string>): Promise<boolean> {
  const double = all.doubles.get(refKey(record.ref));
  const model = double?.model ?? record.ref;
  const { data, block, verifiedThrough, source } = await lookup(record.ref, defaultReadOptions, all.service);
  const told = inOriginal(data, double, model);
  const expected = (height: number): string => {
    const key = `${refKey(model)} ${height}`;
    const known = memo.get(key) ?? comparable(truthOf(model, height));
    memo.set(key, known);
    return known;
  };
  return source !== 'cache' || told !== expected(block.height) || told !== expected(verifiedThrough.height);
}

/** A double's answer in the words of what it doubles. */
function inOriginal(data: object | null, double: Copy | undefined, model: EntityRef): string {
  const [, tokenId] = model.kind === 'asset' ? model.id.split(':') : [];
  if (double === undefined || data === null) return comparable(data);
  const own = tokenId === undefined ? data : { ...data, id: model.id, tokenId };
  return comparable(JSON.parse(double.originalText(JSON.stringify(own))));
}

/** The recording does not say whether a position is complete. */
const comparable = (data: object | null): string => JSON.stringify(data && { ...data, complete: undefined });

function truthOf({ kind, id }: EntityRef, height: number): object | null {
  if (kind === 'account') return truth.account(id, height);
  if (kind === 'staking') return truth.staking(id, height);
  if (kind === 'transaction') return truth.transaction(id, height);
  const token = truth.tokens.find(({ packageHash, tokenId }) => id === `${packageHash}:${tokenId}`);
  if (token === undefined) throw new Error(`there is no ${kind} ${id}`);
  return truth.asset(token, height);
}
