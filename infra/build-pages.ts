import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build, type Metafile } from 'esbuild';
import { pages } from '../lib/runtime/page-routes.ts';
import type { PageFile } from '../lib/runtime/pages.ts';

const root = resolve(import.meta.dirname, '..');
const sources = join(root, 'lib/pages');
/** Where a local run looks for the built pages. */
export const localPages = join(root, 'dist/pages');

const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.html': 'text/html; charset=utf-8',
};

/**
 * Bundles the pages into a folder: each page's `index.html`, in which `main.tsx` and `style.css` are replaced by the files that were
 * built of them, and `pages.json`, which lists what there is. Nothing is loaded from another host.
 */
export async function buildPages(folder: string): Promise<Metafile> {
  const names = Object.values(pages);
  const { metafile, outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: names.flatMap((name) => [
      { in: join(sources, name, 'main.tsx'), out: name },
      { in: join(sources, name, 'style.css'), out: `${name}-style` },
    ]),
    outdir: folder,
    write: false,
    bundle: true,
    splitting: true,
    format: 'esm',
    entryNames: '[name]-[hash]',
    chunkNames: 'chunk-[hash]',
    assetNames: '[name]-[hash]',
    loader: { '.svg': 'file' },
    platform: 'browser',
    target: ['es2022'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    define: { 'process.env.NODE_ENV': '"production"' },
    minify: true,
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  });
  mkdirSync(folder, { recursive: true });
  const index: Record<string, PageFile> = {};
  const add = (path: string, file: string, content: Uint8Array | string, isHashed: boolean): void => {
    // A file whose name has its digest is written once.
    if (!isHashed || !existsSync(join(folder, `${file}.gz`))) {
      writeFileSync(join(folder, file), content);
      writeFileSync(join(folder, `${file}.gz`), gzipSync(content, { level: 9 }));
    }
    index[path] = { file, type: types[file.slice(file.lastIndexOf('.'))] ?? 'application/octet-stream', isHashed };
  };
  for (const { path, contents } of outputFiles) add(`/pages/${basename(path)}`, basename(path), contents, true);
  for (const [path, name] of Object.entries(pages)) {
    const built = (source: string): string => `/pages/${relative(folder, join(root, builtOf(metafile, name, source)))}`;
    const html = readFileSync(join(sources, name, 'index.html'), 'utf8').replace(
      /(?<= (?:src|href)=")[\w-]+\.\w+(?=")/g,
      built,
    );
    add(path, `${name}.html`, html, false);
  }
  writeFileSync(join(folder, 'pages.json'), JSON.stringify(index));
  return metafile;
}

function builtOf({ outputs }: Metafile, name: string, source: string): string {
  const entry = `lib/pages/${name}/${source}`;
  const file = Object.keys(outputs).find((one) => outputs[one]?.entryPoint === entry);
  if (file === undefined) throw new Error(`${entry} was not built`);
  return file;
}

if (import.meta.main) await buildPages(process.argv[2] ?? localPages);
