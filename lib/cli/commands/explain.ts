import type { Command } from 'commander';
import type { Schemas } from '../../client/contract.ts';
import { act, type Cli } from '../run.ts';
import { subcommand } from '../subcommand.ts';
import { detailsOf, type TextColumn, tableOf } from '../table.ts';

type Explanation = Schemas['Explanation'];
type Hop = Explanation['hops'][number];

const columns: readonly TextColumn<Hop>[] = [
  { title: 'MS', of: ({ at }) => at },
  { title: 'STEP', of: ({ step }) => step },
  { title: 'OUTCOME', of: ({ outcome }) => outcome },
  { title: 'NODE', of: ({ node }) => node },
  { title: 'TOOK', of: ({ tookMs }) => tookMs },
  { title: 'BECAUSE', of: ({ why, method, ref }) => why ?? method ?? ref },
];

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
    tableOf(hops, columns, width),
  ].join('\n');
