import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
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

const titles: Readonly<Record<(typeof pages)[keyof typeof pages], string>> = {
  home: 'Astake Lookup',
  docs: 'Reference · Astake Lookup',
  console: 'Console · Astake Lookup',
};

/**
 * Bundles the pages into a folder: a document for each page, with the files that were built of its `main.tsx` and `style.css`, and
 * `pages.json`, which lists what there is. Nothing is loaded from another host.
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
    add(path, `${name}.html`, documentOf(titles[name], built('main.tsx'), built('style.css')), false);
  }
  writeFileSync(join(folder, 'pages.json'), JSON.stringify(index));
  return metafile;
}

const documentOf = (title: string, script: string, style: string): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>${title}</title>
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="${style}" />
    <script type="module" src="${script}"></script>
  </head>
  <body>
    <div id="page"></div>
    <noscript>This page needs JavaScript. The contract is served at /v1/openapi.json.</noscript>
  </body>
</html>
`;

function builtOf({ outputs }: Metafile, name: string, source: string): string {
  const entry = `lib/pages/${name}/${source}`;
  const file = Object.keys(outputs).find((one) => outputs[one]?.entryPoint === entry);
  if (file === undefined) throw new Error(`${entry} was not built`);
  return file;
}

if (import.meta.main) await buildPages(process.argv[2] ?? localPages);
