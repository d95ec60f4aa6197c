import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { EntityDefinition } from '../../lib/domain/entity.ts';
import { unreached } from '../../lib/domain/tally.ts';
import { pathsOf } from '../../lib/runtime/entity-route.ts';
import { html } from '../../lib/runtime/html.ts';
import { reconciliationAnswer } from '../../lib/runtime/reconciliation-answer.ts';
import { reconciliationPage } from '../../lib/runtime/reconciliation-page.ts';
import { htmlReply } from '../../lib/runtime/reply.ts';
import { reportStyle } from '../../lib/runtime/report-style.ts';
import { formatDuration } from '../../lib/usecases/reconciliation/format.ts';
import type { ReconciliationReport } from '../../lib/usecases/reconciliation/report.ts';
import {
  counted,
  coverageOf,
  finishedRun,
  reported,
  reportedOn,
  times,
} from '../usecases/reconciliation/report-samples.ts';

const definitions = new Map([
  ['asset', { route: '/v1/assets/{collection}/{tokenId}', idIsText: true }],
  ['account', { route: '/v1/accounts/{id}' }],
]) as unknown as ReadonlyMap<string, EntityDefinition>;
const pageOf = (report: ReconciliationReport) => reconciliationPage(reconciliationAnswer(report, definitions));

const hostile = `<script>alert("it's")</script><img src=x onerror=1>&`;
const escaped = '&lt;script&gt;alert(&quot;it&#39;s&quot;)&lt;/script&gt;&lt;img src=x onerror=1&gt;&amp;';

describe('HTML templates', () => {
  test('escape each part that is not HTML yet', () => {
    expect(html`<p title="${hostile}">${hostile}</p>`.text).toBe(`<p title="${escaped}">${escaped}</p>`);
    expect(html`${html`<b>${1}</b>`}${['<', html`<i></i>`, ['>']]}`.text).toBe('<b>1</b>&lt;<i></i>&gt;');
  });

  test('escape every field of a report', async () => {
    const sample = {
      ref: { kind: hostile, id: hostile },
      problems: [{ check: hostile, problem: hostile, outcome: 'fixed' as const }],
      conflict: hostile,
      changes: [{ field: hostile, before: hostile, after: hostile }],
    };
    const run = finishedRun({
      scope: { of: 'collection', kind: hostile, collection: hostile },
      reason: hostile,
      status: 'interrupted',
      coverage: coverageOf(2, 1, hostile),
    });
    const checks = { [hostile]: 'failed' } as const;
    const missed = counted({ kind: hostile, finding: 'missed', outcome: 'fixed', checks, sample });
    const document = pageOf(await reported([missed], run));
    expect(document.split(escaped).length).toBeGreaterThan(10);
    expect(document).not.toMatch(/<script|<img/);
  });
});

describe('the page', () => {
  test('has no script and loads nothing, and the content security policy allows its one stylesheet', async () => {
    const document = pageOf(await reported(times(3)));
    const { headers, body } = htmlReply(document, reportStyle);
    expect(body).toBe(document);
    expect(document).not.toMatch(
      /<(script|link|img|iframe|object|embed|form|base)\b|\s(on\w+|style|src)=|url\(|@import/i,
    );
    const styles = [...document.matchAll(/<style>(.*?)<\/style>/gs)].map(([, style = '']) => style);
    expect(styles).toHaveLength(1);
    const digests = styles.map((style) => `'sha256-${createHash('sha256').update(style).digest('base64')}'`);
    expect(headers['content-security-policy']).toBe(
      `default-src 'none'; style-src ${digests}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    );
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    expect(reportStyle).toMatch(/prefers-color-scheme: dark/);
  });

  test('shows what is advised', async () => {
    const report = await reported(times(3));
    const advice = { variable: 'X', now: 2, value: 1, saves: { calls: 1, dollars: 1 }, text: 'Set X to 1.' };
    expect(pageOf(report)).not.toContain('Advice');
    expect(pageOf({ ...report, advice: [advice] })).toContain('<li>Set X to 1.</li>');
  });

  test('shows the recommendations before the figures, and every kind, check and sample', async () => {
    const report = await reported([
      ...times(1_200),
      counted({
        kind: 'account',
        finding: 'behind',
        outcome: 'fixed',
        sample: { ref: { kind: 'account', id: 'x-1' } },
      }),
      counted({ finding: 'missed', outcome: 'fixed', sample: { ref: { kind: 'asset', id: 'y-2' } } }),
    ]);
    const document = pageOf(report);
    const inOrder = [
      'Finished',
      ...report.recommendations.map((sentence) => sentence.replaceAll('"', '&quot;')),
      '100 %',
      '10 min',
      'Notes',
      ...report.notes.map((sentence) => sentence.replaceAll('"', '&quot;')),
      '<th scope="row" class="name">account</th><td>0</td><td>1</td>',
      '<th scope="row" class="name">asset</th><td>1,200</td><td>0</td><td>1</td>',
      '<th scope="row" class="name">all</th><td>1,200</td><td>1</td><td>1</td>',
      '<th scope="row" class="name">chain</th><td>1,200</td><td>2</td><td>0</td>',
      'y-2',
      'x-1',
    ];
    let from = 0;
    for (const text of inOrder) {
      const at = document.indexOf(text, from);
      expect([text, at > 0]).toEqual([text, true]);
      from = at;
    }
  });

  test.each([
    ['running', null, 'In progress: 5 of 16 shards done'],
    ['cancelled', 'an operator cancelled it', 'Cancelled (an operator cancelled it): 5 of 16 shards done'],
    ['interrupted', 'it failed', 'Interrupted (it failed): 5 of 16 shards done'],
  ] as const)('of a run that is %s shows the status, and no coverage', async (status, reason, words) => {
    const document = pageOf(await reported(times(3), finishedRun({ status, reason, coverage: null }), 5));
    expect(document).toContain(words);
    expect(document).toContain('not counted');
    expect(document).not.toMatch(/Finished|100 %/);
  });

  test('shows for a dry run that nothing was changed', async () => {
    expect(pageOf(await reported(times(3), finishedRun({ dryRun: true })))).toContain(
      'Dry run: nothing was changed</p>',
    );
  });

  test('shows records that were not reached in a row of their own, and the sums of the rows', async () => {
    const document = pageOf(await reportedOn(unreached(17)));
    expect(document).toMatch(
      /<th scope="row" class="name">not reached<\/th>(<td>0<\/td>){5}<td>17<\/td><td class="outcome">0<\/td>/,
    );
    expect(document).toMatch(/<th scope="row" class="name">all<\/th>(<td>0<\/td>){5}<td>17<\/td>/);
  });

  test('has no list of what to do where nothing is to be done', async () => {
    expect(pageOf(await reported(times(3)))).not.toContain('What to do');
    expect(pageOf(await reported([counted({ finding: 'missed', outcome: 'fixed' })]))).toContain('What to do');
  });

  test('shows of a record that was put right what changed, and the ways to it', async () => {
    const sample = {
      ref: { kind: 'asset', id: 'ab:7' },
      changes: [{ field: 'owner', before: '"alice"', after: '"bob"' }],
    };
    const document = pageOf(await reported([counted({ finding: 'missed', outcome: 'fixed', sample })]));
    expect(document).toContain('<dt>owner</dt><dd><del>&quot;alice&quot;</del> → <ins>&quot;bob&quot;</ins></dd>');
    expect(document).toContain('<a href="/v1/assets/ab/7">Record</a>, <a href="/v1/assets/ab/7/history">history</a>');
    for (const [, href] of document.matchAll(/href="([^"]*)"/g)) expect(href).toMatch(/^\/v1\//);
  });

  test('shows the counts of the run before, and the differences', async () => {
    const report = await reported([...times(3), counted({ finding: 'missed', outcome: 'fixed' })]);
    const { counts } = report;
    const previous = {
      id: 'run-0',
      finishedAt: '2025-12-31T00:10:00.000Z',
      dryRun: false,
      counts: { ...counts, match: 5, missed: 0 },
      difference: { ...counts, match: -2, missed: 1 },
    };
    const document = pageOf({ ...report, previous });
    expect(document).toContain('<th scope="row" class="name">match</th><td>3</td><td>5</td><td>−2</td>');
    expect(document).toContain('<th scope="row" class="name">missed</th><td>1</td><td>0</td><td>+1</td>');
    expect(pageOf(report)).toContain('No run of this scope has finished of late');
  });

  test('cuts a sentence that names many keys', async () => {
    const problem = `sync would not see a write of ${'k'.repeat(5_000)}`;
    const sample = { problems: [{ check: 'watches', problem, outcome: 'fixed' as const }] };
    const document = pageOf(await reported([counted({ finding: 'behind', outcome: 'fixed', sample })]));
    expect(document).toContain(`${problem.slice(0, 400)}…`);
    expect(document).not.toContain(problem);
  });
});

test.each([
  [0, '0 s'],
  [950, '0.9 s'],
  [59_999, '59.9 s'],
  [60_000, '1 min'],
  [250_000, '4 min 10 s'],
  [3_600_000, '1 h'],
  [97_200_000, '1 d 3 h'],
])('%d ms are shown as %s', (milliseconds, words) => {
  expect(formatDuration(milliseconds)).toBe(words);
});

test.each([
  [{ kind: 'account', id: 'account-hash-1' }, '/v1/accounts/account-hash-1', '/v1/accounts/account-hash-1/history'],
  [{ kind: 'asset', id: 'ab:a/b:c' }, '/v1/assets/ab?tokenId=a%2Fb%3Ac', '/v1/assets/ab/history?tokenId=a%2Fb%3Ac'],
  [{ kind: 'asset', id: 'ab:history' }, '/v1/assets/ab?tokenId=history', '/v1/assets/ab/history?tokenId=history'],
])('the way to %j', (ref, path, history) => {
  expect(pathsOf(ref, definitions)).toEqual({ path, history });
  expect(pathsOf({ kind: 'basis', id: 'era' }, definitions)).toBeNull();
});
