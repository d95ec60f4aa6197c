import { describe, expect, test } from '@jest/globals';
import type { Reconciliation } from '../../../lib/domain/reconciliation.ts';
import { addTallies, type CountedRecord, tallied, unreached } from '../../../lib/domain/tally.ts';
import { counted, coverageOf, finishedRun, reported, reportedOn, times } from './report-samples.ts';

const failing = (check: string) =>
  counted({
    checks: { chain: 'passed', [check]: 'failed' },
    outcome: 'fixed',
    sample: { problems: [{ check, problem: 'it is not as it should be' }] },
  });

/** What is said of a run in which these were looked at, in one text. */
const said = async (records: readonly CountedRecord[], run?: Partial<Reconciliation>, done?: number) =>
  (await reported(records, finishedRun(run), done)).recommendations.join('\n');

describe('says what was found, and what is to be done', () => {
  test.each<[string, CountedRecord[], Partial<Reconciliation>, RegExp[]]>([
    [
      'a change that was missed is a defect of ours, named by the first',
      [counted({ finding: 'missed', outcome: 'fixed', sample: { ref: { kind: 'asset', id: 'villas:7' } } })],
      {},
      [
        /^A defect of ours: 1 record \(first asset villas:7\) was held to be true and had changed\. .*alarm.*\/v1\/sync/,
      ],
    ],
    ['a row that somebody else wrote', [failing('digest')], {}, [/1 record failed the check "digest".*audit:verify/]],
    ['a trail that is not its own', [failing('trail')], {}, [/check "trail".*audit:verify/]],
    ['a block that is none', [failing('height')], {}, [/check "height": the block that it names/]],
    ['watches that were written', [failing('watches')], {}, [/check "watches".*Its watches were written again/]],
    ['watches, in a dry run', [failing('watches')], { dryRun: true }, [/A run that is not dry writes its watches/]],
    [
      'references',
      [failing('references'), failing('references')],
      {},
      [/2 records failed.*"references".*was looked up/],
    ],
    ['a check of a kind', [failing('burnt-has-no-owner')], {}, [/"burnt-has-no-owner": its value contradicts itself/]],
    [
      'what awaits a person',
      times(3, counted({ finding: 'conflict', outcome: 'review' })),
      {},
      [/3 records never were true/, /3 records await a person: GET \/v1\/conflicts\?status=awaiting-review/],
    ],
    [
      'a conflict in a dry run',
      [counted({ finding: 'conflict', outcome: 'would-fix' })],
      { dryRun: true },
      [/A run that is not dry has other nodes heard/, /A dry run: nothing was changed\. Run it for real/],
    ],
    [
      'what could not be put right',
      [counted({ finding: 'behind', outcome: 'unfixed' })],
      {},
      [/At least 1 record \(first asset a\) could not be put right/],
    ],
    [
      'what nobody could tell is no pass',
      times(4, counted({ finding: 'unverifiable', outcome: 'unfixed' })),
      {},
      [/^4 records could not be told to be true, which is no pass/],
    ],
    [
      'no block to compare at',
      [counted({ finding: 'unverifiable', outcome: 'unfixed' })],
      { block: null },
      [/^No node could tell a block to compare at/],
    ],
    ['what is a person’s', times(2, counted({ finding: 'skipped' })), {}, [/2 records were not compared: a person/]],
    [
      'coverage, rounded down',
      times(3),
      { coverage: coverageOf(10_000, 9_999) },
      [/Coverage was 99\.9 % when the run ended: 9,999 of 10,000 records .*longest on 2026-01-01T00:00:00\.000Z/],
    ],
    [
      'that the world moves on',
      [counted({ finding: 'behind', outcome: 'fixed' })],
      {},
      [/no defect. They were read again/],
    ],
    [
      'that nothing was found',
      times(7),
      { scope: { of: 'kind', kind: 'asset' } },
      [/^Nothing was found in what was compared \(records of the kind asset\): of 7 records .* at block 60/],
    ],
    [
      'that a dry run changes nothing',
      times(7),
      { dryRun: true },
      [/^Nothing was found/, /^A dry run: nothing was changed\.$/m],
    ],
    ['that there was nothing', [], {}, [/^Nothing was compared, and nothing is proved: all records came to none\.$/]],
  ])('%s', async (_, records, run, sentences) => {
    const text = await said(records, run);
    for (const sentence of sentences) expect(text).toMatch(sentence);
  });
});

describe('never says more than was compared', () => {
  const nothingFound = /Nothing was found|nothing is proved/;

  test.each<[string, CountedRecord[]]>([
    ['something was behind', [counted(), counted({ finding: 'behind', outcome: 'fixed' })]],
    ['something was missed', [counted(), counted({ finding: 'missed', outcome: 'fixed' })]],
    ['something was in conflict', [counted(), counted({ finding: 'conflict', outcome: 'review' })]],
    ['something could not be told', [counted(), counted({ finding: 'unverifiable', outcome: 'unfixed' })]],
    ['a check failed of what matches', [counted(), failing('watches')]],
  ])('where %s, not that nothing was found', async (_, records) => {
    expect(await said(records)).not.toMatch(nothingFound);
  });

  test('of all that match there is one sentence, and no more', async () => {
    const { recommendations } = await reported(times(10));
    expect(recommendations).toEqual([expect.stringMatching(nothingFound)]);
  });

  test.each<[Reconciliation['status'], string | null, RegExp]>([
    [
      'running',
      null,
      /^The run is at work: 5 of 16 shards are done, and this is what was found so far\.\nNothing was found/,
    ],
    [
      'cancelled',
      'an operator has ended it',
      /^The run was cancelled \(an operator has ended it\): 5 of 16 shards are done/,
    ],
    ['interrupted', 'it was left', /^The run was interrupted \(it was left\): .* it says nothing\. Start another one/],
  ])('a run that is %s is partial, first of all', async (status, reason, first) => {
    const text = await said(times(3), { status, reason, coverage: null }, 5);
    expect(text).toMatch(first);
    expect(text).not.toMatch(/Coverage was/);
  });

  test('a run that has just begun says that it is at work, and nothing else', async () => {
    const run = { status: 'running', finishedAt: null, block: null, coverage: null } as const;
    expect((await reported([], finishedRun(run), 0)).recommendations).toEqual([
      expect.stringMatching(/0 of 16 shards/),
    ]);
  });
});

describe('of what was not come to', () => {
  const saidOf = async (looked: number, left: number) =>
    (await reportedOn(addTallies(tallied(times(looked)), unreached(left)))).recommendations.join('\n');

  test.each([
    [300, 1, '2 runs like this.'],
    [300, 300, '2 runs like this.'],
    [300, 301, '3 runs like this.'],
    [100, 2_300, '24 runs like this.'],
    [100, 2_301, '25 runs like this, more than a day of hourly ones: coverage cannot come to 100 % so.'],
  ])('after %d of them with %d left, a full pass takes %s', async (looked, left, runs) => {
    const text = await saidOf(looked, left);
    expect(text).toMatch(/not come to.*Raise ASTAKE_RECONCILE_CALLS or run it more often/);
    expect(text).toContain(`a full pass takes ${runs}`);
    expect(text).not.toMatch(/a person is to decide/);
  });

  test('where none was come to, no number of runs suffices', async () => {
    const text = await saidOf(0, 5);
    expect(text).toMatch(/^5 records were not come to.*as it is no run comes to any\.$/);
  });

  test('is told apart from what a person is to decide', async () => {
    const tally = addTallies(tallied(times(2, counted({ finding: 'skipped' }))), unreached(3));
    const report = await reportedOn(tally);
    expect([report.counts.skipped, report.unreached]).toEqual([5, 3]);
    const text = report.recommendations.join('\n');
    expect(text).toMatch(/^3 records were not come to/m);
    expect(text).toMatch(/^2 records were not compared: a person/m);
  });
});
