import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type BuildOptions, build } from 'esbuild';

const root = resolve(import.meta.dirname, '..');

/** Nothing of Node: the build fails on an import that a browser does not have. */
const inBrowser = {
  absWorkingDir: root,
  bundle: true,
  format: 'esm',
  platform: 'browser',
  target: 'es2022',
  minify: true,
  keepNames: true,
  legalComments: 'none',
  logLevel: 'warning',
} as const satisfies BuildOptions;

/**
 * The client as one ES module for browsers and Node, with its types, and a package of its own: it can be installed without what
 * the service depends on. What verifies answers is a second module, for those who need it.
 */
export async function buildClient(outdir: string): Promise<void> {
  rmSync(outdir, { recursive: true, force: true });
  await build({ ...inBrowser, entryPoints: ['lib/client/index.ts'], outfile: join(outdir, 'index.js') });
  await build({
    ...inBrowser,
    entryPoints: ['lib/verify/index.ts'],
    outfile: join(outdir, 'verify.js'),
    alias: { 'node:crypto': './lib/verify/node-crypto.ts' },
  });
  emitTypes('lib/client/index.ts', outdir);
  verifyTypes(join(outdir, 'verify'));
  const { version, license, engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const exports = {
    '.': { types: './index.d.ts', default: './index.js' },
    './verify': { types: './verify/index.d.ts', default: './verify.js' },
  };
  const own = { name: 'astake-lookup-client', version, license, type: 'module', engines, exports, sideEffects: false };
  writeFileSync(join(outdir, 'package.json'), `${JSON.stringify(own, null, 2)}\n`);
}

/** Those of the module itself: of what it shares with the service nothing is in them. */
function verifyTypes(outdir: string): void {
  const whole = mkdtempSync(join(tmpdir(), 'astake-types-'));
  emitTypes('lib/verify/index.ts', whole);
  for (const name of ['index', 'proof-refused', 'types', 'verify-answer'])
    cpSync(join(whole, 'verify', `${name}.d.ts`), join(outdir, `${name}.d.ts`));
  rmSync(whole, { recursive: true });
}

function emitTypes(entry: string, outdir: string): void {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const types = ['--declaration', '--emitDeclarationOnly', '--noEmit', 'false', '--outDir', outdir];
  const project = ['--module', 'nodenext', '--target', 'es2024', '--strict', '--skipLibCheck', '--types', 'node'];
  const syntax = ['--allowImportingTsExtensions', '--verbatimModuleSyntax', '--exactOptionalPropertyTypes'];
  const options = [...types, ...project, ...syntax, '--ignoreConfig', entry];
  execFileSync(process.execPath, [tsc, ...options], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
}

if (import.meta.main) await buildClient(join(root, 'dist/client'));
