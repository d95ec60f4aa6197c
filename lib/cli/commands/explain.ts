import type { Command } from 'commander';
import type { Schemas } from '../../client/contract.ts';
import { act, type Cli } from '../run.ts';
import { subcommand } from '../subcommand.ts';
import { clean, detailsOf, type TextColumn, tableOf, wrap } from '../table.ts';

type Explanation = Schemas['Explanation'];
type Hop = Explanation['hops'][number];

const columns: readonly TextColumn<Hop>[] = [
  { title: 'MS', of: ({ at }) => at },
  { title: 'STEP', of: ({ step }) => step },
  { title: 'OUTCOME', of: ({ outcome }) => outcome },
  { title: 'NODE', of: ({ node }) => node },
  { title: 'BREAKER', of: ({ breaker }) => breaker },
  { title: 'TOOK', of: ({ tookMs }) => tookMs },
  { title: 'BLOCK', of: ({ height }) => height },
  { title: 'AGE', of: ({ age }) => age },
  { title: 'LIMIT', of: ({ limit }) => limit },
];

/** A line for each hop, without columns that none has, and its reason in lines of its own: that is what must not be cut. */
function hopLines(hops: readonly Hop[], width: number | undefined): string {
  const used = columns.filter(({ of }) => hops.some((hop) => of(hop) !== undefined));
  const [head, ...lines] = tableOf(hops, used, width).split('\n');
  return [head, ...hops.flatMap((hop, at) => [lines[at], ...reasonOf(hop, width)])].join('\n');
}

function reasonOf({ step, ref, method, why, conflict, stale }: Hop, width: number | undefined): string[] {
  // Of several entities each answer names its own.
  const subject = step === 'answer' ? ref : undefined;
  const reason =
    [method, why, conflict && `conflict ${conflict}`].filter((part) => part !== undefined).join(': ') || ref;
  const lines = [stale ? 'stale' : undefined, subject, reason].filter((line) => line !== undefined);
  return [...new Set(lines)].map((line) => wrap(clean(line), width, 6));
}

/** Why a request was answered as it was, step by step. */
export function addExplainCommand(program: Command, cli: Cli): void {
  const explain = subcommand(
    program,
    'explain <requestId>',
    'Why a request was answered as it was: kept for a day of those that failed or were stale, and of some others. Status 1 where it is not kept.',
    'explain 1e9d38de-82ae-40eb-9900-3cab92976ff9',
  );
  act(explain, cli, async (run) => {
    const explanation = await run.client.getExplanation({ requestId: run.operands[0] ?? '' });
    await run.show(explanation, () => textOf(explanation, cli.io.width));
    return 0;
  });
}

const textOf = ({ hops, leftOut, ...request }: Explanation, width: number | undefined): string =>
  [
    detailsOf(
      [
        ['request', request.route],
        ['at', request.at],
        ['answer', `${request.status} after ${request.tookMs} ms`],
        ['error', request.code],
        ['detail', request.detail],
        ['kept because', request.keptBecause],
        ...(leftOut > 0 ? [['steps left out', leftOut] as const] : []),
      ],
      width,
    ),
    '',
    hopLines(hops, width),
  ].join('\n');
