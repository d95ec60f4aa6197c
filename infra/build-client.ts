import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

const root = resolve(import.meta.dirname, '..');

/**
 * The client as one ES module for browsers and Node, with its types, and a package of its own: it can be installed without what
 * the service depends on.
 */
export async function buildClient(outdir: string): Promise<void> {
  rmSync(outdir, { recursive: true, force: true });
  await build({
    absWorkingDir: root,
    entryPoints: ['lib/client/index.ts'],
    outfile: join(outdir, 'index.js'),
    bundle: true,
    format: 'esm',
    // Nothing of Node: the build fails on an import that a browser does not have.
    platform: 'browser',
    target: 'es2022',
    minify: true,
    keepNames: true,
    legalComments: 'none',
    logLevel: 'warning',
  });
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const types = ['--declaration', '--emitDeclarationOnly', '--noEmit', 'false', '--outDir', outdir];
  const project = ['--module', 'nodenext', '--target', 'es2024', '--strict', '--skipLibCheck', '--types', 'node'];
  const syntax = ['--allowImportingTsExtensions', '--verbatimModuleSyntax', '--exactOptionalPropertyTypes'];
  const options = [...types, ...project, ...syntax, '--ignoreConfig', 'lib/client/index.ts'];
  execFileSync(process.execPath, [tsc, ...options], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  const { version, license, engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const exports = { '.': { types: './index.d.ts', default: './index.js' } };
  const own = { name: 'astake-lookup-client', version, license, type: 'module', engines, exports, sideEffects: false };
  writeFileSync(join(outdir, 'package.json'), `${JSON.stringify(own, null, 2)}\n`);
}

if (import.meta.main) await buildClient(join(root, 'dist/client'));
