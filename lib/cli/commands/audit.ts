import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import type { Schemas } from '../../client/contract.ts';
import { writeJson } from '../../client/exact-json.ts';
import { type CheckedDay, checkDay, type SignedDay, signedDays } from '../audit-days.ts';
import { type Download, downloadToFile, downloadToFolder } from '../audit-download.ts';
import { type AuditFormat, auditFormats, auditPages, momentOf, type SpanOptions, spansOf } from '../audit-pages.ts';
import { asOneFile } from '../audit-text.ts';
import { CliUsageError, type ExitCode } from '../failure.ts';
import { act, type Cli, type Run } from '../run.ts';
import { subcommand } from '../subcommand.ts';
import { clean, countOf, jsonText } from '../table.ts';

interface ReportOptions extends SpanOptions {
  readonly format?: string;
  readonly out?: string;
}

type Entry = Schemas['AuditReport']['entries'][number];

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
    'All entries of a span of any length, oldest first: a line each, or JSON lines with --json. With --format the report itself, all its pages: into a folder, a file for each page, or into one file. A folder that was broken off is completed by the same command. Of JSON: status 1 where a trail is broken.',
    'audit report --from 2026-11-01 --until 2026-12-01 --out november',
    'audit report --from 2026-11-01 --until 2026-12-01 --out november.html',
    'audit report --from 2026-11-01 --format csv > november.csv',
  )
    .option('--format <format>', `${auditFormats.join(', ')}; with --out: its ending, else json`)
    .option('--out <place>', 'a file, by its ending (.json, .csv, .html); any other name is a folder');
  act<ReportOptions>(spanOptions(report), cli, reportDeed);

  const days = subcommand(
    audit,
    'days',
    'The signed days: whether the signature of each is good, and whether it follows the one before. Status 1 where one does not hold, or none is there.',
    'audit days --from 2026-11-01 --until 2026-12-01 --out days',
  ).option('--out <folder>', 'also a file for each day');
  act<ReportOptions>(spanOptions(days), cli, daysDeed);

  const verify = subcommand(
    audit,
    'verify',
    'Has the service check each digest and link of the entries of a span, and their records. Status 1 where a trail is broken. To check a report without the service: audit report --out, and examples/check-audit.mjs. To check the tables: npm run audit:verify.',
    'audit verify --from 2026-11-01',
  );
  act<SpanOptions>(spanOptions(verify), cli, verifyDeed);
}

const spanOptions = (command: Command): Command =>
  command
    .option('--from <moment>', 'a date or a moment in UTC (everything, where none is given)')
    .option('--until <moment>', 'exclusive (now, where none is given)');

async function reportDeed(run: Run<ReportOptions>): Promise<ExitCode> {
  const { out, json } = run.options;
  const format = formatOf(run.options);
  if (out !== undefined) {
    const isFile = out.endsWith(`.${format}`);
    const download = await (isFile ? downloadToFile : downloadToFolder)(out, format ?? 'json', run);
    await run.show({ out, format, ...download }, () => summaryOf(download, out));
    return download.broken.length === 0 ? 0 : 1;
  }
  if (format === undefined) {
    for (const span of spansOf(run))
      for await (const entry of run.client.items.getAuditReport(span))
        await run.line(json ? jsonText(entry) : lineOf(entry));
    return 0;
  }
  if (json) throw new CliUsageError('--format and --json exclude each other: --format json is the report itself');
  for await (const part of asOneFile(auditPages(spansOf(run), format, run.client), format)) await run.io.write(part);
  return 0;
}

/** undefined: a line for each entry. */
function formatOf({ format, out }: ReportOptions): AuditFormat | undefined {
  const ending = auditFormats.find((one) => out?.endsWith(`.${one}`));
  if (format === undefined) return ending ?? (out === undefined ? undefined : 'json');
  const known = auditFormats.find((one) => one === format);
  if (known === undefined) throw new CliUsageError(`--format must be one of ${auditFormats.join(', ')}`);
  if (ending !== undefined && ending !== known) throw new CliUsageError(`${out} does not end with .${known}`);
  return known;
}

interface BrokenEntry {
  readonly kind: string;
  readonly id: string;
  readonly sequence: number;
  readonly problem: string;
}

const brokenLine = ({ kind, id, sequence, problem }: BrokenEntry): string =>
  `broken: ${kind}#${id}, entry ${sequence}: ${problem}`;

function summaryOf({ pages, entries, broken }: Download, out: string): string {
  const count = entries === null ? '' : `, ${entries} entries`;
  const verdict = entries === null ? '' : broken.length === 0 ? ', intact as the service says' : ', BROKEN';
  const lines = broken.map(({ ref, ...link }) => brokenLine({ ...ref, ...link }));
  return [...lines, `${out}: ${countOf(pages, 'page')}${count}${verdict}`].map(clean).join('\n');
}

async function daysDeed(run: Run<ReportOptions>): Promise<ExitCode> {
  const { out } = run.options;
  const dayOf = (text: string) => new Date(momentOf(text)).toISOString().slice(0, 10);
  const from = run.options.from === undefined ? '' : dayOf(run.options.from);
  const until = run.options.until === undefined ? '~' : dayOf(run.options.until);
  const found: { readonly day: string; readonly signed: SignedDay | undefined }[] = [];
  for await (const one of signedDays({ from, until }, run.client)) found.unshift(one);
  if (out !== undefined) {
    mkdirSync(out, { recursive: true });
    for (const { day, signed } of found)
      if (signed !== undefined) writeFileSync(join(out, `day-${day}.json`), `${writeJson(signed)}\n`);
  }
  const days = found.map(({ day, signed }, at) => checkDay(day, signed, found[at - 1]));
  const isWhole = days.length > 0 && days.every(({ problems }) => problems.length === 0);
  await run.show({ days, isWhole, keys: keysOf(days) }, () => daysText(days, isWhole));
  return isWhole ? 0 : 1;
}

const keysOf = (days: readonly CheckedDay[]): string[] => [...new Set(days.flatMap(({ key }) => key ?? []))];

function daysText(days: readonly CheckedDay[], isWhole: boolean): string {
  const lines = days.map(
    ({ day, entries, problems }) =>
      `${day}  ${entries ?? '-'} entries  ${problems.length === 0 ? 'signed' : `BROKEN: ${problems.join('; ')}`}`,
  );
  const keys = keysOf(days).map((key) => `signed with the key ${key}`);
  const verdict = `${countOf(days.length, 'day')}: ${isWhole ? 'whole' : 'not whole'}`;
  return [...lines, ...keys, days.length === 0 ? 'no day is signed' : verdict].map(clean).join('\n');
}

async function verifyDeed(run: Run<SpanOptions>): Promise<ExitCode> {
  const total = { entries: 0, broken: [] as BrokenEntry[] };
  for (const span of spansOf(run))
    for await (const { entries, summary } of run.client.pages.getAuditReport(span)) {
      total.entries += summary.entries;
      for (const { kind, id, sequence, problem } of entries)
        if (problem !== null) total.broken.push({ kind, id, sequence, problem });
    }
  const { entries, broken } = total;
  await run.show({ entries, isWhole: broken.length === 0, broken }, () =>
    [...broken.map(brokenLine), `${entries} entries: ${broken.length === 0 ? 'intact' : `${broken.length} broken`}`]
      .map(clean)
      .join('\n'),
  );
  return broken.length === 0 ? 0 : 1;
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
