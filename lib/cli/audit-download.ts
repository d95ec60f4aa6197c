import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Schemas } from '../client/contract.ts';
import {
  type AuditFormat,
  type AuditRange,
  auditPages,
  type PagePlace,
  type SpanOptions,
  spansOf,
} from './audit-pages.ts';
import { asOneFile, jsonFigures, pageFile } from './audit-text.ts';
import { CliUsageError } from './failure.ts';
import type { Run } from './run.ts';

type BrokenLink = Schemas['AuditReport']['broken'][number];

export interface Download {
  readonly pages: number;
  /** null: the pages are text, and were not looked into. */
  readonly entries: number | null;
  readonly broken: readonly BrokenLink[];
}

const none: Download = { pages: 0, entries: null, broken: [] };

const counted = ({ pages, entries, broken }: Download, body: unknown): Download => {
  const figures = jsonFigures(body);
  return {
    pages: pages + 1,
    entries: figures && (entries ?? 0) + figures.summary.entries,
    broken: figures ? [...broken, ...figures.broken] : broken,
  };
};

/** One file with all pages. It is there when it is complete, or not at all. One page at a time is in memory. */
export async function downloadToFile(file: string, format: AuditFormat, run: Run<SpanOptions>): Promise<Download> {
  if (existsSync(file)) throw new CliUsageError(`${file} is there already: remove it, or give another name`);
  const partial = `${file}.part`;
  const handle = await open(partial, 'w');
  let download = none;
  try {
    for await (const part of asOneFile(countedPages(), format)) await handle.write(part);
    await handle.sync();
  } catch (error) {
    await handle.close();
    await rm(partial, { force: true });
    throw error;
  }
  await handle.close();
  await rename(partial, file);
  return download;

  async function* countedPages() {
    for await (const page of auditPages(spansOf(run), format, run.client)) {
      download = counted(download, page.body);
      yield page;
    }
  }
}

/** What is in the folder, and where it goes on. */
interface Kept {
  readonly url: string;
  readonly asked: SpanOptions;
  readonly format: AuditFormat;
  readonly spans: readonly AuditRange[];
  readonly files: readonly { readonly file: string; readonly sha256: string }[];
  readonly download: Download;
  /** null: it is complete. */
  readonly next: PagePlace | null;
}

const keptFile = 'report.json';

/** A file for each page. What was broken off goes on behind the last page that is there. */
export async function downloadToFolder(folder: string, format: AuditFormat, run: Run<SpanOptions>): Promise<Download> {
  let kept = keptIn(folder, format, run);
  try {
    for await (const { body, next } of auditPages(kept.spans, format, run.client, kept.next)) {
      const file = nameOf(kept.files.length, format);
      const text = pageFile(body, nameOf(kept.files.length + 1, format));
      writeWhole(join(folder, file), text);
      const sha256 = createHash('sha256').update(text).digest('hex');
      kept = { ...kept, files: [...kept.files, { file, sha256 }], download: counted(kept.download, body), next };
      writeWhole(join(folder, keptFile), textOf(kept));
    }
  } catch (error) {
    const { length } = kept.files;
    run.io.warn(
      `${length} ${length === 1 ? 'page is' : 'pages are'} in ${folder}: the same command goes on from there`,
    );
    throw error;
  }
  return kept.download;
}

const textOf = (kept: Kept): string => `${JSON.stringify(kept, null, 2)}\n`;

const nameOf = (at: number, format: AuditFormat): string => `page-${String(at + 1).padStart(4, '0')}.${format}`;

function keptIn(folder: string, format: AuditFormat, run: Run<SpanOptions>): Kept {
  const { url, options } = run;
  const asked = { from: options.from, until: options.until };
  const begun: Kept = {
    url,
    asked,
    format,
    spans: spansOf(run),
    files: [],
    download: none,
    next: { span: 0, cursor: null },
  };
  mkdirSync(folder, { recursive: true });
  const file = join(folder, keptFile);
  if (!existsSync(file)) {
    if (readdirSync(folder).length > 0)
      throw new CliUsageError(`${folder} has other files in it: give an empty folder`);
    writeWhole(file, textOf(begun));
    return begun;
  }
  const kept = parsed(file);
  const isSame = ({ url: of, asked: span, format: as }: Kept) => JSON.stringify([of, span, as]);
  if (kept === undefined || isSame(kept) !== isSame(begun))
    throw new CliUsageError(`${folder} has another report in it: give an empty folder`);
  return kept;
}

function parsed(file: string): Kept | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** A reader sees the whole file or none. */
function writeWhole(file: string, text: string): void {
  writeFileSync(`${file}.part`, text);
  renameSync(`${file}.part`, file);
}
