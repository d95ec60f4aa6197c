import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type FixedBody, fixedReply } from './content-coding.ts';
import { tagOf } from './entity-tag.ts';
import type { Reply } from './reply.ts';

/** A file of the built pages, as `infra/build-pages.ts` lists it in `pages.json`. */
export interface PageFile {
  /** Within the folder of the pages. There is a copy with `.gz` added. */
  readonly file: string;
  readonly type: string;
  /** The name has a digest of the content. */
  readonly isHashed: boolean;
}

/** By the path of the request. */
export type PageIndex = Readonly<Record<string, PageFile>>;

/** Lambda unpacks the functions, and the pages among them, into LAMBDA_TASK_ROOT. A local run builds the pages when it starts. */
export const pagesFolder = (env: Readonly<Record<string, string | undefined>> = process.env): string =>
  env.LAMBDA_TASK_ROOT === undefined
    ? resolve(import.meta.dirname, '../../dist/pages')
    : join(env.LAMBDA_TASK_ROOT, 'pages');

export interface BuiltPage extends FixedBody {
  readonly type: string;
  readonly isHashed: boolean;
}

/** Reads built pages. What was read once stays in memory: all pages together are a few megabytes. */
export function createPages(folder: string) {
  let index: Promise<PageIndex> | undefined;
  const read = new Map<string, Promise<BuiltPage>>();
  const load = async ({ file, type, isHashed }: PageFile): Promise<BuiltPage> => {
    const [plain, gzipped] = await Promise.all([readFile(join(folder, file)), readFile(join(folder, `${file}.gz`))]);
    return { type, isHashed, plain, gzipped, etag: tagOf(plain) };
  };
  return {
    /** undefined: there is no such page. Only what the index lists is ever read. */
    async at(path: string): Promise<BuiltPage | undefined> {
      index ??= readFile(join(folder, 'pages.json'), 'utf8').then(JSON.parse);
      const listed = await index;
      const entry = Object.hasOwn(listed, path) ? listed[path] : undefined;
      if (entry === undefined) return undefined;
      const known = read.get(path) ?? load(entry);
      read.set(path, known);
      return known;
    },
  };
}

/**
 * A page loads scripts, styles and pictures from here alone, calls this API alone, cannot be framed, and runs no script that stands in
 * the page itself (CSP Level 3).
 */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** A year: the longest time that caches agree on. */
const forEver = 'public, max-age=31536000, immutable';

export const pageReply = ({ type, isHashed, ...page }: BuiltPage, headers: Readonly<Record<string, string>>): Reply =>
  fixedReply(page, headers, {
    'content-type': type,
    'cache-control': isHashed ? forEver : 'no-cache',
    'content-security-policy': policy,
    'cross-origin-opener-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  });
