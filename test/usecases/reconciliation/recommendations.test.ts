import { describe, expect, test } from '@jest/globals';
import type { Reconciliation } from '../../../lib/domain/reconciliation.ts';
import { addTallies, type CountedRecord, tallied, unreached } from '../../../lib/domain/tally.ts';
import type { ReconciliationReport } from '../../../lib/usecases/reconciliation/report.ts';
import { counted, coverageOf, finishedRun, reported, reportedOn, times } from './report-samples.ts';

const failing = (check: string) =>
  counted({
    checks: { chain: 'passed', [check]: 'failed' },
    outcome: 'fixed',
    sample: { problems: [{ check, problem: 'the check failed', outcome: 'fixed' }] },
  });

/** The recommendations and notes of a run that examined these records, as one text. */
const textOf = async (records: readonly CountedRecord[], run?: Partial<Reconciliation>, done?: number) =>
  sentencesOf(await reported(records, finishedRun(run), done)).join('\n');

const sentencesOf = ({ recommendations, notes }: ReconciliationReport) => [...recommendations, ...notes];

const era = ({ outcome = 'asked', ...parts }: Partial<CountedRecord>, ...checks: string[]) =>
  counted({
    kind: 'basis',
    outcome,
    ...parts,
    sample: {
      ref: { kind: 'basis', id: 'era' },
      problems: checks.map((check) => ({
        check,
        problem: 'it failed',
        outcome: check === 'trail' ? 'unfixed' : (outcome ?? 'asked'),
      })),
    },
  });

describe('the recommendations name', () => {
  test.each<[string, CountedRecord[], Partial<Reconciliation>, RegExp[]]>([
    [
      'a missed change, as a defect of the service, with its first record (rule CONFLICT-6)',
      [counted({ finding: 'missed', outcome: 'fixed', sample: { ref: { kind: 'asset', id: 'villas:7' } } })],
      {},
      [
        /^This is a defect of the service: 1 record \(first asset villas:7\) was claimed to be current and had changed on the chain\. .*alarm.*\/v1\/sync/,
      ],
    ],
    ['an edited row', [failing('digest')], {}, [/1 record failed the check "digest".*audit:verify/]],
    ['a trail that does not match', [failing('trail')], {}, [/check "trail".*audit:verify/]],
    ['a block that is not on the chain', [failing('height')], {}, [/check "height": the block that the record names/]],
    ['restored watches', [failing('watches')], {}, [/check "watches".*The watches were written again/]],
    ['missing watches, in a dry run', [failing('watches')], { dryRun: true }, [/A real run writes the watches again/]],
    [
      'references without a record',
      [failing('references'), failing('references')],
      {},
      [/2 records failed.*"references".*was looked up/],
    ],
    ['a check of a kind', [failing('burnt-has-no-owner')], {}, [/"burnt-has-no-owner": the value contradicts itself/]],
    [
      'records that await a decision',
      times(3, counted({ finding: 'conflict', outcome: 'review' })),
      {},
      [
        /3 records were never true/,
        /3 records await a decision by a person: GET \/v1\/conflicts\?status=awaiting-review/,
      ],
    ],
    [
      'a conflict in a dry run',
      [counted({ finding: 'conflict', outcome: 'would-fix' })],
      { dryRun: true },
      [/^Start a real run to carry out/, /A real run asks several nodes/, /This was a dry run: nothing was changed\./],
    ],
    [
      'records that could not be fixed',
      [counted({ finding: 'behind', outcome: 'unfixed' })],
      {},
      [/1 record \(first asset a\) could not be fixed/],
    ],
    [
      'the first of the records that could not be fixed, which is none that only could not be verified',
      [
        counted({
          finding: 'unverifiable',
          outcome: 'unfixed',
          sample: { ref: { kind: 'asset', id: 'unverifiable' } },
        }),
        counted({
          finding: 'skipped',
          outcome: 'unfixed',
          sample: {
            ref: { kind: 'asset', id: 'left' },
            problems: [{ check: 'references', problem: 'it has no record', outcome: 'unfixed' }],
          },
        }),
      ],
      {},
      [/1 record \(first asset left\) could not be fixed/],
    ],
    [
      'unverifiable records, which are not a pass',
      times(4, counted({ finding: 'unverifiable', outcome: 'unfixed' })),
      {},
      [/^4 records could not be verified, which is not a pass/],
    ],
    [
      'that there was no block to compare at',
      [counted({ finding: 'unverifiable', outcome: 'unfixed' })],
      { block: null },
      [/^No node was able to name a block/],
    ],
    ['skipped records', times(2, counted({ finding: 'skipped' })), {}, [/2 records were not compared: a person/]],
    [
      'the coverage, rounded down',
      times(3),
      { coverage: coverageOf(10_000, 9_999) },
      [
        /Coverage was 99\.9 % at the end of the run: 9,999 of 10,000 records .*oldest verification was at 2026-01-01T00:00:00\.000Z/,
      ],
    ],
    [
      'that the chain has moved on',
      [counted({ finding: 'behind', outcome: 'fixed' })],
      {},
      [/from 1 record that was no longer claimed to be current, which is not a defect\. It was read again/],
    ],
    [
      'that no problem was found',
      times(7),
      { scope: { of: 'kind', kind: 'asset' } },
      [/^No problem was found in the compared records \(records of the kind asset\): 7 records match .* at block 60/],
    ],
    [
      'that a dry run changed nothing',
      times(7),
      { dryRun: true },
      [/^No problem was found/, /^This was a dry run: nothing was changed\.$/m],
    ],
    [
      'that there was nothing to compare',
      [],
      {},
      [/^Nothing was compared, so nothing is proved: .*\(all records\)\.$/],
    ],
  ])('%s', async (_, records, run, sentences) => {
    const text = await textOf(records, run);
    for (const sentence of sentences) expect(text).toMatch(sentence);
  });
});

describe('for shared state, which only sync reads again (rule BASIS-2)', () => {
  test('that is behind, there is nothing to do', async () => {
    expect(await reported([counted(), era({ finding: 'behind' }, 'chain')])).toMatchObject({
      recommendations: [],
      notes: ['Shared state (era) was behind; sync reads it in its next batch.'],
    });
  });

  test('that is behind in a dry run, a real run asks sync', async () => {
    const text = await textOf([era({ finding: 'behind', outcome: 'would-fix' }, 'chain')], { dryRun: true });
    expect(text).toMatch(/^Shared state \(era\) was behind; a real run asks sync to read it in its next batch\./m);
    expect(text).not.toMatch(/could not be fixed|a person has to act|read again/);
  });

  test.each<[string, CountedRecord]>([
    ['was edited', era({ finding: 'conflict' }, 'digest', 'chain')],
    ['is behind and has a broken trail', era({ finding: 'behind' }, 'trail', 'chain')],
    ['misses watches', era({ finding: 'match' }, 'watches')],
  ])('that %s, the next run shows whether sync mended it', async (_, record) => {
    const text = await textOf([record]);
    expect(text).toMatch(/^Shared state \(era\) was not right; sync reads it in its next batch\. The next run shows/m);
    const isLeft = record.sample?.problems.some(({ outcome }) => outcome === 'unfixed');
    expect(text.includes('could not be fixed')).toBe(isLeft);
  });

  test('that has only a broken trail, a person has to act', async () => {
    expect(await textOf([era({ finding: 'match' }, 'trail')])).toMatch(/\(first basis era\) could not be fixed/);
  });

  test('it is not counted among the records that were read again', async () => {
    const text = await textOf([era({ finding: 'behind' }, 'chain'), counted({ finding: 'behind', outcome: 'fixed' })]);
    expect(text).toMatch(/moved on from 1 record that was no longer claimed .* It was read again/);
  });
});

describe('the recommendations never claim more than was compared', () => {
  const nothingFound = /No problem was found|nothing is proved/;

  test.each<[string, CountedRecord[]]>([
    ['a record is behind', [counted(), counted({ finding: 'behind', outcome: 'fixed' })]],
    ['a record is missed', [counted(), counted({ finding: 'missed', outcome: 'fixed' })]],
    ['a record is in conflict', [counted(), counted({ finding: 'conflict', outcome: 'review' })]],
    ['a record is unverifiable', [counted(), counted({ finding: 'unverifiable', outcome: 'unfixed' })]],
    ['a check of a matching record failed', [counted(), failing('watches')]],
  ])('when %s, they do not say that no problem was found', async (_, records) => {
    expect(await textOf(records)).not.toMatch(nothingFound);
  });

  test('when all records match, there is exactly one sentence', async () => {
    const { recommendations, notes } = await reported(times(10));
    expect([recommendations, notes]).toEqual([[], [expect.stringMatching(nothingFound)]]);
  });

  test.each<[Reconciliation['status'], string | null, RegExp]>([
    [
      'running',
      null,
      /^The run is in progress: 5 of 16 shards are done\. These are the findings so far\.\nNo problem was found/,
    ],
    [
      'cancelled',
      'an operator cancelled it',
      /^The run was cancelled \(an operator cancelled it\): 5 of 16 shards are done/,
    ],
    [
      'interrupted',
      'it failed',
      /^The run was interrupted \(it failed\): .* says nothing about the other records\. Start another run/,
    ],
  ])('for a run that is %s, the first sentence says so', async (status, reason, first) => {
    const text = await textOf(times(3), { status, reason, coverage: null }, 5);
    expect(text).toMatch(first);
    expect(text).not.toMatch(/Coverage was/);
  });

  test('for a run that has just begun, the only sentence says that it is in progress', async () => {
    const run = { status: 'running', finishedAt: null, block: null, coverage: null } as const;
    expect(sentencesOf(await reported([], finishedRun(run), 0))).toEqual([expect.stringMatching(/0 of 16 shards/)]);
  });
});

describe('for records that were not reached', () => {
  const textOfPartial = async (looked: number, left: number) =>
    (await reportedOn(addTallies(tallied(times(looked)), unreached(left)))).recommendations.join('\n');

  test.each([
    [300, 1, '2 runs like this.'],
    [300, 300, '2 runs like this.'],
    [300, 301, '3 runs like this.'],
    [100, 2_300, '24 runs like this.'],
    [100, 2_301, '25 runs like this. This is more than a day of hourly runs, so coverage cannot reach 100 %.'],
  ])('after %d compared records with %d left, a full pass takes %s', async (looked, left, runs) => {
    const text = await textOfPartial(looked, left);
    expect(text).toMatch(/not reached.*Raise ASTAKE_RECONCILE_CALLS or run it more often/);
    expect(text).toContain(`a full pass takes ${runs}`);
    expect(text).not.toMatch(/a person is to decide/);
  });

  test('when no record was reached, no number of runs suffices', async () => {
    const text = await textOfPartial(0, 5);
    expect(text).toMatch(/^5 records were not reached.*with this limit a run reaches no record\.$/);
  });

  test('they are counted apart from skipped records', async () => {
    const tally = addTallies(tallied(times(2, counted({ finding: 'skipped' }))), unreached(3));
    const report = await reportedOn(tally);
    expect([report.counts.skipped, report.unreached]).toEqual([5, 3]);
    const text = sentencesOf(report).join('\n');
    expect(text).toMatch(/^3 records were not reached/m);
    expect(text).toMatch(/^2 records were not compared: a person/m);
  });
});

describe('what is to be done is kept apart from what only is to be known', () => {
  test.each<[string, CountedRecord[], Partial<Reconciliation>, number, number]>([
    ['records that match', times(3), {}, 0, 1],
    ['records that were read again', [counted({ finding: 'behind', outcome: 'fixed' })], {}, 0, 1],
    ['watches that were written again', [failing('watches')], {}, 0, 1],
    ['a missed change', [counted({ finding: 'missed', outcome: 'fixed' })], {}, 1, 0],
    ['an edited row that was put right', [failing('digest')], {}, 1, 0],
    ['a broken trail', [era({ finding: 'match' }, 'trail')], {}, 1, 1],
    ['a dry run that found nothing', times(3), { dryRun: true }, 0, 2],
    [
      'a dry run that would mend something',
      [counted({ finding: 'behind', outcome: 'would-fix' })],
      { dryRun: true },
      1,
      2,
    ],
    ['a run that was cancelled', times(3), { status: 'cancelled', coverage: null }, 1, 1],
  ])('of %s', async (_, records, run, toDo, toKnow) => {
    const { recommendations, notes } = await reported(records, finishedRun(run));
    expect([recommendations.length, notes.length]).toEqual([toDo, toKnow]);
  });

  test('a record whose reading had asked for less is neither moved on nor unanswered (rule KIND-4)', async () => {
    const partial = counted({
      kind: 'staking',
      finding: 'unverifiable',
      outcome: 'fixed',
      checks: { chain: 'untold', completeness: 'untold' },
    });
    const { recommendations, notes, counts } = await reported([partial, counted()]);
    expect(recommendations).toEqual([]);
    expect(notes).toEqual([expect.stringMatching(/earlier reading of 1 record had asked for less than all\./)]);
    expect(counts).toMatchObject({ behind: 0, unfixed: 0 });
    const text = await textOf([partial, counted({ finding: 'unverifiable', outcome: 'unfixed' })]);
    expect(text).toMatch(/^1 record could not be verified/);
  });
});
