import type { Command } from 'commander';
import type { Schemas } from '../../client/contract.ts';
import { NegativeResult } from '../failure.ts';
import { act, type Cli, type Run, take, wholeNumber } from '../run.ts';
import { subcommand } from '../subcommand.ts';
import { detailsOf, type TextColumn, tableOf } from '../table.ts';

type Listed = Schemas['ReconciliationRun'];
type Report = Schemas['ReconciliationReport'];
type Sample = Report['samples'][number];

interface StartOptions {
  readonly kind?: string;
  readonly collection?: string;
  readonly owner?: string;
  readonly dryRun?: boolean;
}

const columns: readonly TextColumn<Listed>[] = [
  { title: 'ID', of: ({ id }) => id, isWhole: true },
  { title: 'STATUS', of: ({ status, dryRun }) => `${status}${dryRun ? ' (dry run)' : ''}`, isWhole: true },
  { title: 'OVER', of: ({ scope }) => scopeOf(scope) },
  { title: 'STARTED', of: ({ startedAt }) => startedAt.replace(/\.\d+Z$/, 'Z'), isWhole: true },
  { title: 'COVERAGE', of: ({ coverage }) => percent(coverage?.share ?? null) },
];

const sampleColumns: readonly TextColumn<Sample>[] = [
  { title: 'FINDING', of: ({ finding }) => finding },
  { title: 'RECORD', of: ({ ref }) => `${ref.kind} ${ref.id}` },
  { title: 'PROBLEM', of: ({ problems }) => problems.map(({ check, problem }) => `${check}: ${problem}`).join('; ') },
  { title: 'OUTCOME', of: ({ outcome }) => outcome },
];

export function addReconcileCommands(program: Command, cli: Cli): void {
  const reconcile = subcommand(program, 'reconcile', 'Compares what is stored with the chain.', 'reconcile start');
  const start = subcommand(
    reconcile,
    'start',
    'Starts a run over all records, or over some.',
    'reconcile start --collection villas',
  )
    .option('--kind <kind>', 'only records of this kind')
    .option('--collection <collection>', 'only assets of this collection')
    .option('--owner <owner>', 'only what this owner has')
    .option('--dry-run', 'finds the same, and changes nothing but its own report');
  act<StartOptions>(start, cli, async (run) => {
    const { kind, collection, owner, dryRun } = run.options;
    const isNarrow = kind !== undefined || collection !== undefined || owner !== undefined;
    const scope = isNarrow ? { kind, collection, owner } : undefined;
    const started = await run.client.startReconciliation({ body: { dryRun, scope } });
    await run.show(started, () => started.id);
    run.io.warn(`started; see it with: astake-lookup reconcile report ${started.id}`);
    return 0;
  });

  const status = subcommand(reconcile, 'status', 'The latest runs, newest first.', 'reconcile status').option(
    '--limit <n>',
    'so many',
    wholeNumber,
    10,
  );
  act<{ readonly limit: number }>(status, cli, async (run) => {
    const { items } = await take(run.client.items.listReconciliations(), run.options.limit);
    await run.table(items, columns, 'No run yet.');
    return 0;
  });

  const report = subcommand(
    reconcile,
    'report [id]',
    'What a run has found; without an id, the latest one. Status 1 where it has left problems.',
    'reconcile report',
    'reconcile report <id> --html > report.html',
  ).option('--html', 'the page for people');
  act<{ readonly html?: boolean }>(report, cli, async (run) => {
    const id = run.operands[0] ?? (await latestOf(run));
    if (run.options.html) {
      await run.io.write(await run.client.getReconciliation({ id, format: 'html' }));
      return 0;
    }
    const got = await run.client.getReconciliation({ id, format: 'json' });
    await run.show(got, () => textOf(got, run));
    return got.counts.unfixed + got.counts.review + got.counts.missed > 0 ? 1 : 0;
  });

  const cancel = subcommand(
    reconcile,
    'cancel <id>',
    'Ends a run; what it has found is kept.',
    'reconcile cancel <id>',
  );
  act(cancel, cli, async (run) => {
    const cancelled = await run.client.cancelReconciliation({ id: run.operands[0] ?? '' });
    await run.show(cancelled, () => `The run ${cancelled.id} is ${cancelled.status}.`);
    return 0;
  });
}

async function latestOf({ client }: Pick<Run<object>, 'client'>): Promise<string> {
  for await (const { id } of client.items.listReconciliations({ limit: 1 })) return id;
  throw new NegativeResult('there is no run yet: astake-lookup reconcile start');
}

function scopeOf(scope: Listed['scope']): string {
  if (scope.of === 'all') return 'all';
  if (scope.of === 'owner') return `owner ${scope.owner}`;
  return scope.of === 'kind' ? scope.kind : `${scope.kind} of ${scope.collection}`;
}

export const percent = (share: number | null): string =>
  share === null ? '-' : `${(Math.floor(share * 1_000) / 10).toFixed(1)} %`;

function textOf(report: Report, { io }: Run<object>): string {
  const { id, status, scope, startedAt, finishedAt, reason, progress, records, counts, coverage, samples } = report;
  const about = detailsOf(
    [
      ['run', id],
      ['status', `${status}${reason === null ? '' : `: ${reason}`}, ${progress.done} of ${progress.shards} shards`],
      ['over', scopeOf(scope)],
      ['time', `${startedAt} to ${finishedAt ?? 'now'}`],
      ['records', records],
      ...Object.entries(counts).filter(([, count]) => count > 0),
      ['coverage', percent(coverage?.share ?? null)],
    ],
    io.width,
  );
  return samples.length === 0 ? about : `${about}\n\n${tableOf(samples, sampleColumns, io.width)}`;
}
