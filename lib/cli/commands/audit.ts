import type { Command } from 'commander';
import type { Schemas } from '../../client/contract.ts';
import { writeJson } from '../../client/exact-json.ts';
import { CliUsageError } from '../failure.ts';
import { act, type Cli, type Run } from '../run.ts';
import { subcommand } from '../subcommand.ts';
import { clean } from '../table.ts';

interface SpanOptions {
  readonly from?: string;
  readonly until?: string;
}

type Entry = Schemas['AuditReport']['entries'][number];
type Span = Readonly<Record<'from' | 'until', string>>;

/** The service did not exist before this day. */
const firstDay = '2026-01-01';
const dayMs = 86_400_000;
const longestMs = 31 * dayMs;

export function addAuditCommands(program: Command, cli: Cli): void {
  const audit = subcommand(
    program,
    'audit',
    'What was changed, by whom, and whether the trail of it is whole.',
    'audit verify',
  );
  const report = subcommand(
    audit,
    'report',
    'All entries of a span of any length, oldest first: a line each, JSON lines, or CSV.',
    'audit report --from 2026-11-01 --until 2026-12-01 --csv > november.csv',
  ).option('--csv', 'a table with a heading (RFC 4180)');
  act<SpanOptions & { readonly csv?: boolean }>(spanOptions(report), cli, async (run) => {
    if (run.options.csv && run.options.json) throw new CliUsageError('--csv and --json exclude each other');
    let isFirst = true;
    for (const span of spansOf(run)) {
      if (run.options.csv) isFirst = await writeCsv(span, isFirst, run);
      else
        for await (const entry of run.client.items.getAuditReport(span))
          await run.line(run.options.json ? writeJson(entry) : lineOf(entry));
    }
    return 0;
  });

  const verify = subcommand(
    audit,
    'verify',
    'Has the service check each digest and link of the entries of a span, and their records. Status 1 where a trail is broken. To check the tables without the service: npm run audit:verify.',
    'audit verify --from 2026-11-01',
  );
  act<SpanOptions>(spanOptions(verify), cli, async (run) => {
    const total = { entries: 0, broken: [] as { kind: string; id: string; sequence: number; problem: string }[] };
    for (const span of spansOf(run))
      for await (const { entries, summary } of run.client.pages.getAuditReport(span)) {
        total.entries += summary.entries;
        for (const { kind, id, sequence, problem } of entries)
          if (problem !== null) total.broken.push({ kind, id, sequence, problem });
      }
    const { entries, broken } = total;
    await run.show({ entries, isWhole: broken.length === 0, broken }, () =>
      clean(
        [
          ...broken.map(({ kind, id, sequence, problem }) => `broken: ${kind}#${id}, entry ${sequence}: ${problem}`),
          `${entries} entries: ${broken.length === 0 ? 'intact' : `${broken.length} broken`}`,
        ].join('\n'),
      ),
    );
    return broken.length === 0 ? 0 : 1;
  });
}

const spanOptions = (command: Command): Command =>
  command
    .option('--from <moment>', 'a date or a moment in UTC (everything, where none is given)')
    .option('--until <moment>', 'exclusive (now, where none is given)');

/** One request spans 31 days at most. */
function* spansOf({ io, options }: Pick<Run<SpanOptions>, 'io' | 'options'>): Generator<Span> {
  const from = momentOf(options.from ?? firstDay);
  // The clocks of other processes may be ahead.
  const until = options.until === undefined ? io.now() + dayMs : momentOf(options.until);
  if (until <= from) throw new CliUsageError('--until must be later than --from');
  for (let begin = from; begin < until; begin += longestMs)
    yield { from: iso(begin), until: iso(Math.min(until, begin + longestMs)) };
}

function momentOf(text: string): number {
  const at = Date.parse(text);
  if (Number.isNaN(at)) throw new CliUsageError(`"${text}" is not a date or a moment (ISO 8601)`);
  return at;
}

const iso = (at: number): string => new Date(at).toISOString();

/** Each page has the heading; the file has it once. */
async function writeCsv(span: Span, isFirst: boolean, { client, io }: Run<object>): Promise<false> {
  let cursor: string | undefined;
  for (let withHeading = isFirst; ; withHeading = false) {
    const { body, headers } = await client.request('getAuditReport', { ...span, format: 'csv', cursor });
    await io.write(withHeading ? body : body.slice(body.indexOf('\n') + 1));
    const link = /<([^>]+)>/.exec(headers.get('link') ?? '')?.[1];
    cursor = link === undefined ? undefined : (new URL(link, 'http://service').searchParams.get('cursor') ?? undefined);
    if (cursor === undefined) return false;
  }
}

function lineOf({ timestamp, kind, id, sequence, cause, actor, fields, blockHeight, problem }: Entry): string {
  const parts = [
    timestamp,
    `${kind} ${id} #${sequence}`,
    cause,
    actor,
    fields.join(',') || '-',
    `block ${blockHeight ?? '-'}`,
  ];
  return clean(`${parts.join('  ')}${problem === null ? '' : `  BROKEN: ${problem}`}`);
}
