import { userInfo } from 'node:os';
import type { Command } from 'commander';
import type { Schemas } from '../../client/contract.ts';
import { CliUsageError, NegativeResult } from '../failure.ts';
import { act, type Cli, type Run, take, wholeNumber } from '../run.ts';
import { subcommand } from '../subcommand.ts';
import { detailsOf, type TextColumn } from '../table.ts';

type Listed = Schemas['ConflictList']['items'][number];
type Conflict = Schemas['Conflict'];

interface ConflictOptions {
  readonly status?: Conflict['status'];
  readonly limit: number;
}

export interface ReviewOptions {
  readonly reviewer: string;
  readonly note?: string;
}

/** Of an id: enough to tell conflicts apart. */
export const shownDigits = 12;

const columns: readonly TextColumn<Listed>[] = [
  { title: 'ID', of: ({ id }) => id.slice(0, shownDigits), isWhole: true },
  { title: 'STATUS', of: ({ status }) => status, isWhole: true },
  { title: 'RECORD', of: (one) => ('ref' in one ? `${one.ref.kind} ${one.ref.id}` : 'unreadable') },
  { title: 'FIELDS', of: (one) => ('fields' in one ? one.fields.map(({ field }) => field).join(',') : '') },
  { title: 'OPENED', of: (one) => ('openedAt' in one ? one.openedAt : ''), isWhole: true },
];

export function addConflictCommands(program: Command, cli: Cli): void {
  const conflicts = subcommand(
    program,
    'conflicts [id]',
    'Conflicts that are open or await a person; with an id, one with both values and what the nodes say. The first 8 digits of an id will do.',
    'conflicts',
    'conflicts 3fa2b1c0',
  )
    .option('--status <status>', 'open, awaiting-review or resolved')
    .option('--limit <n>', 'so many', wholeNumber, 100);
  act<ConflictOptions>(conflicts, cli, async (run) => {
    const [id] = run.operands;
    if (id !== undefined) {
      const one = await run.client.getConflict({ id: await wholeId(id, run) });
      await run.show(one, () => textOf(one, run));
      return 0;
    }
    const { status, limit } = run.options;
    const { items, isMore } = await take(run.client.items.listConflicts({ status }), limit);
    await run.table(items, columns, 'No conflict.');
    if (isMore) run.io.warn(`There are more than ${limit}: --limit.`);
    return 0;
  });

  const decide = subcommand(
    program,
    'decide <id> <decision>',
    'Decides a conflict: chain (the value of the chain is right), database (what is stored is kept), or dismiss.',
    'decide 3fa2b1c0 chain --note "three nodes agree"',
  ).option('--dry-run', 'shows what would change, and changes nothing');
  act<ReviewOptions & { readonly dryRun?: boolean }>(reviewOptions(decide), cli, async (run) => {
    const [id = '', decision = ''] = run.operands;
    if (decision !== 'chain' && decision !== 'database' && decision !== 'dismiss')
      throw new CliUsageError(`"${decision}" is no decision: chain, database or dismiss`);
    const { reviewer, note, dryRun } = run.options;
    const decided = await run.client.decideConflict({
      id: await wholeId(id, run),
      body: { decision, reviewer, note, dryRun },
    });
    const what = dryRun ? 'Nothing was changed: --dry-run.' : 'Decided. It can be taken back with: astake-lookup undo';
    await run.show(
      decided,
      () => `${textOf(decided, run)}\n\n${what}${dryRun ? '' : ` ${decided.id.slice(0, shownDigits)}`}`,
    );
    return 0;
  });

  const undo = subcommand(
    program,
    'undo <id>',
    'Takes a decision back: the conflict awaits a person again.',
    'undo 3fa2b1c0',
  );
  act<ReviewOptions>(reviewOptions(undo), cli, async (run) => {
    const [id = ''] = run.operands;
    const { reviewer, note } = run.options;
    const undone = await run.client.undoConflictDecision({ id: await wholeId(id, run), body: { reviewer, note } });
    await run.show(undone, () => textOf(undone, run));
    return 0;
  });
}

export const reviewOptions = (command: Command): Command =>
  command
    .option('--reviewer <name>', 'who decides; your name on this machine, where none is given', ownName())
    .option('--note <text>', 'why');

function ownName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'operator';
  }
}

/** The id of which these are the first digits. */
async function wholeId(given: string, { client }: Pick<Run<object>, 'client'>): Promise<string> {
  if (!/^[0-9a-f]{8,63}$/.test(given)) return given;
  const found = new Set<string>();
  for (const status of [undefined, 'resolved'] as const)
    for await (const { id } of client.items.listConflicts({ status })) if (id.startsWith(given)) found.add(id);
  const [id] = found;
  if (id === undefined) throw new NegativeResult(`no conflict has an id that begins with ${given}`);
  if (found.size > 1)
    throw new CliUsageError(`${found.size} conflicts have an id that begins with ${given}: give more digits`);
  return id;
}

function textOf(conflict: Conflict, { io }: Pick<Run<object>, 'io'>): string {
  const {
    id,
    ref,
    class: kind,
    status,
    fields,
    block,
    evidence,
    openedAt,
    owner,
    deadline,
    decision,
    explanation,
  } = conflict;
  return detailsOf(
    [
      ['id', id],
      ['record', `${ref.kind} ${ref.id}`],
      ['status', `${status} (${kind})`],
      ['opened', openedAt],
      ['awaits', owner === null ? null : `${owner}${deadline === null ? '' : ` by ${deadline}`}`],
      ['block', block.height],
      ...fields.flatMap(({ field, database, chain }) => [
        [`${field}: database`, database] as const,
        [`${field}: chain`, chain] as const,
      ]),
      ['nodes', evidence.map(({ node, says }) => `${node} says ${says}`).join(', ')],
      [
        'decision',
        decision && `${decision.decision} by ${decision.reviewer}${decision.note === null ? '' : `: ${decision.note}`}`,
      ],
      ['meaning', explanation],
      ...(status === 'awaiting-review' ? [['decide', howToDecide(id)] as const] : []),
    ],
    io.width,
  );
}

const howToDecide = (id: string): string =>
  `astake-lookup decide ${id.slice(0, shownDigits)} chain (or database, dismiss) --note "why"; --dry-run first shows what would change`;
