import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Metafile } from 'esbuild';
import { bundle, functionsBundle, staticInputs, staticOutputs } from '../../infra/build.ts';

const readers = ['get-entity', 'lookup'];

let folder: string;
let metafile: Metafile;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bundle-'));
  metafile = await bundle({ ...functionsBundle, outdir: join(folder, 'out'), meta: join(folder, 'meta.json') });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const loadedBy = (name: string, part: string): string[] =>
  staticInputs(metafile, name).filter((input) => input.includes(part));

test.each(readers)('%s starts without rarely used SDKs', (name) => {
  expect(loadedBy(name, `functions/${name}.ts`)).toHaveLength(1);
  expect(loadedBy(name, 'node_modules/casper-js-sdk/')).toEqual([]);
  expect(loadedBy(name, 'node_modules/@aws-sdk/client-lambda/')).toEqual([]);
  expect(loadedBy(name, 'node_modules/@aws-sdk/client-eventbridge/')).toEqual([]);
});

test.each(readers)('%s starts without the contract and its conversion to a document', (name) => {
  expect(loadedBy(name, 'lib/runtime/contract')).toEqual([]);
  expect(loadedBy(name, 'json-schema')).toEqual([]);
  expect(loadedBy('get-openapi', 'lib/runtime/contract').length).toBeGreaterThan(3);
});

test('the bundle contains only the small build of zod, without its languages', () => {
  for (const name of readers) {
    expect(loadedBy(name, 'node_modules/zod/v4/mini/').length).toBeGreaterThan(0);
    expect(loadedBy(name, 'node_modules/zod/v4/classic/')).toEqual([]);
    expect(loadedBy(name, 'node_modules/zod/v4/locales/').filter((input) => !input.endsWith('/en.js'))).toEqual([]);
  }
});

/** Measured: 621, six more than before ages of answers were measured and shared caches had their rules. Of it two thirds are the SDK's DynamoDB client and other libraries. */
const mostKilobytes = 625;

test(`a reader loads less than ${mostKilobytes} KB`, () => {
  for (const name of readers) {
    const kilobytes = staticKilobytes(name);
    expect({ name, kilobytes, isSmall: kilobytes < mostKilobytes }).toEqual({ name, kilobytes, isSmall: true });
  }
});

function staticKilobytes(name: string): number {
  const parts = staticOutputs(metafile, name).flatMap((file) => Object.values(metafile.outputs[file]?.inputs ?? {}));
  return parts.reduce((sum, { bytesInOutput }) => sum + bytesInOutput, 0) / 1024;
}
