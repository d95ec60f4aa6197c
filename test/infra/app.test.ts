import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { FLAGS, FUTURE_FLAGS_EXPIRED } from 'aws-cdk-lib/cx-api';
import { lookupApp } from '../../infra/app.ts';
import { functionsBundle } from '../../infra/build.ts';
import { functionNames } from '../../infra/manifest.ts';

const root = join(import.meta.dirname, '../..');

test('a synthesis ships the code as it is now: what an earlier build left in the folder is gone', () => {
  const folder = mkdtempSync(join(tmpdir(), 'synthesis-'));
  try {
    mkdirSync(functionsBundle.outdir, { recursive: true });
    writeFileSync(join(functionsBundle.outdir, 'get-entity.mjs'), 'the code of yesterday');
    const env = { PATH: process.env.PATH, CDK_OUTDIR: folder, CDK_CONTEXT_JSON: '{"environment":"dev"}' };
    execFileSync(process.execPath, ['infra/app.ts'], { cwd: root, env, stdio: 'pipe' });
    const [asset = ''] = readdirSync(folder).filter((name) => existsSync(join(folder, name, 'get-entity.mjs')));
    const built = readdirSync(join(folder, asset)).filter((name) => name.endsWith('.mjs'));
    expect(built.sort()).toEqual(functionNames.map((name) => `${name}.mjs`).sort());
    expect(readFileSync(join(folder, asset, 'get-entity.mjs'), 'utf8')).toContain('handler');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** Where the recommendation is not followed. */
const otherFlags: Readonly<Record<string, unknown>> = {
  // The service is for the regions of this partition.
  '@aws-cdk/core:target-partitions': ['aws'],
  // A weak reference would let a table be replaced while its stream is read.
  '@aws-cdk/core:defaultCrossStackReferences': 'strong',
};

test('each feature flag of the CDK has the recommended value, or another one for a reason', () => {
  const { context } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8'));
  const wanted = Object.entries(FLAGS)
    .filter(([name, { recommendedValue }]) => recommendedValue !== undefined && !FUTURE_FLAGS_EXPIRED.includes(name))
    .map(([name, { recommendedValue }]) => [name, otherFlags[name] ?? recommendedValue]);
  expect(wanted.length).toBeGreaterThan(50);
  expect(wanted.map(([name]) => [name, context[String(name)]])).toEqual(wanted);
});

test('a misspelt variable ends the synthesis', () => {
  const deployEnv = { ASTAKE_DEADLINE: '2000' };
  expect(() => lookupApp({ bundle: root, deployEnv })).toThrow(
    /ASTAKE_DEADLINE is no variable .* ASTAKE_DEADLINE_MS\?/,
  );
});
