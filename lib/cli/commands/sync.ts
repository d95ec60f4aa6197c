import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import type { Schemas } from '../../client/contract.ts';
import { CliUsageError, NegativeResult } from '../failure.ts';
import { act, type Cli, type Run, wholeNumber } from '../run.ts';
import { subcommand } from '../subcommand.ts';
import { detailsOf, type TextColumn, tableOf } from '../table.ts';
import { type ReviewOptions, reviewOptions } from './conflicts.ts';

type Report = Schemas['SyncReport'];

const columns: readonly TextColumn<Schemas['Tick']>[] = [
  { title: 'TICK', of: ({ at }) => at, isWhole: true },
  { title: 'BLOCKS', of: ({ from, to }) => (from === null ? '-' : `${from}-${to}`) },
  { title: 'READ', of: ({ refreshed }) => refreshed },
  { title: 'CALLS', of: ({ calls }) => calls },
  { title: 'STOPPED BY', of: ({ stoppedBy }) => stoppedBy },
  { title: 'REASON', of: ({ reason, stuckAt }) => reason ?? stuckAt },
];

export function addSyncCommands(program: Command, cli: Cli): void {
  const sync = subcommand(
    program,
    'sync',
    'How far sync has followed the chain, and what its latest ticks did.',
    'sync status',
  );
  const status = subcommand(
    sync,
    'status',
    'Cursor, lag, stall and the latest ticks. Status 1 while it is stalled.',
    'sync status',
  );
  act(status, cli, async (run) => {
    const report = await run.client.getSync();
    await run.show(report, () => textOf(report, run));
    return report.stalled === null ? 0 : 1;
  });
  act(subcommand(sync, 'now', 'Runs one tick now.', 'sync now'), cli, async (run) => tick({}, run));
  const pass = subcommand(
    sync,
    'pass-block <height>',
    'Passes a block that this version of the service cannot read, or that no node gives whole. What it changed is found by reconciliation.',
    'sync pass-block 1234 --note "no node serves it"',
  );
  act<ReviewOptions>(reviewOptions(pass), cli, async (run) => {
    const { reviewer, note } = run.options;
    return tick({ passBlock: wholeNumber(run.operands[0] ?? ''), reviewer, note }, run);
  });

  const rewind = subcommand(
    program,
    'rewind [height]',
    'Sets sync back after a hard reset of the network: to this block, or to the highest one that is known to be of both histories. Asks before it does.',
    'rewind',
    'rewind 1200 --yes --note "the testnet was reset"',
  ).option('--yes', 'does not ask');
  act<ReviewOptions & { readonly yes?: boolean }>(reviewOptions(rewind), cli, async (run) => {
    const { reviewer, note, yes } = run.options;
    const report = await run.client.getSync();
    const given = run.operands[0];
    const height = given === undefined ? proposed(report) : wholeNumber(given);
    const question = `Set sync back from block ${report.cursor?.height ?? '-'} to block ${height}?`;
    if (!yes && !(await confirm(question, run))) throw new NegativeResult('nothing was changed');
    const after = await run.client.rewindSync({ body: { height, reviewer, note } });
    await run.show(after, () => textOf(after, run));
    return 0;
  });
}

async function tick(body: Schemas['ForceSyncRequest'], run: Run<object>) {
  const forced = await run.client.forceSync({ body });
  await run.show(forced, () => textOf({ ...forced, lastTicks: [forced.tick] }, run));
  return ['done', 'time', 'calls', 'busy', 'overtaken'].includes(forced.tick.stoppedBy) ? 0 : 1;
}

function proposed({ commonBlock }: Report): number {
  if (commonBlock !== null) return commonBlock.height;
  throw new CliUsageError(
    'no tick of sync has found a reset, or a block of both histories: give the height, astake-lookup rewind <height>',
  );
}

async function confirm(question: string, { io }: Run<object>): Promise<boolean> {
  if (!io.isInteractive) throw new CliUsageError(`${question} Say so with --yes, where no person can be asked`);
  const prompt = createInterface({ input: io.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await prompt.question(`${question} [y/N] `, { signal: io.signal })).trim());
  } finally {
    prompt.close();
  }
}

function textOf(
  { cursor, tip, lagBlocks, lagSeconds, stalled, commonBlock, reconcileFrom, lastTicks }: Report,
  { io }: Run<object>,
): string {
  const about = detailsOf(
    [
      ['cursor', cursor && `block ${cursor.height} of ${cursor.timestamp}`],
      ['newest block', tip && `block ${tip.height}, seen at ${tip.seenAt}`],
      ['lag', lagSeconds === null ? null : `${lagSeconds} s, ${lagBlocks} blocks`],
      ['stalled', stalled === null ? 'no' : `since ${stalled.since}: ${stalled.reason}`],
      ...(commonBlock === null
        ? []
        : [['rewind to', `block ${commonBlock.height}, the highest of both histories`] as const]),
      [
        'to be compared',
        reconcileFrom === null ? 'nothing' : `since block ${reconcileFrom.height}: ${reconcileFrom.reason}`,
      ],
    ],
    io.width,
  );
  return lastTicks.length === 0 ? about : `${about}\n\n${tableOf(lastTicks, columns, io.width)}`;
}
