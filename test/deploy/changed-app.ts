import { cpSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lookupApp } from '../../infra/app.ts';
import { functionsBundle } from '../../infra/build.ts';
import type { FunctionName } from '../../infra/manifest.ts';

export const changed: FunctionName = 'get-ready';
export const changedHeader = 'x-changed';

/** The bundle of the synthesis before, in which one function's answers have one more header. */
const source = `import { handler as before } from './before.mjs';
export const handler = async (event, context) => {
  const answer = await before(event, context);
  return { ...answer, headers: { ...answer.headers, '${changedHeader}': 'yes' } };
};`;

if (import.meta.main) {
  const bundle = mkdtempSync(join(tmpdir(), 'astake-changed-'));
  try {
    cpSync(functionsBundle.outdir, bundle, { recursive: true });
    renameSync(join(bundle, `${changed}.mjs`), join(bundle, 'before.mjs'));
    writeFileSync(join(bundle, `${changed}.mjs`), source);
    lookupApp({ bundle, deployEnv: process.env }).synth();
  } finally {
    rmSync(bundle, { recursive: true, force: true });
  }
}
