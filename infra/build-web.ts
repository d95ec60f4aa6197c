import { rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { bundling } from './bundling.ts';

const root = resolve(import.meta.dirname, '..');

/** The readers as one process, and what Lambda's web functions and containers start: `index.js`. */
export const webBundle = join(root, 'dist/web');

export async function buildWeb(outdir: string = webBundle): Promise<void> {
  rmSync(outdir, { recursive: true, force: true });
  await build({ ...bundling, entryPoints: [{ in: join(root, 'infra/web/web.ts'), out: 'index' }], outdir });
  writeFileSync(join(outdir, 'package.json'), `${JSON.stringify({ type: 'module' })}\n`);
}
