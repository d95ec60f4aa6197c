import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { Metafile } from 'esbuild';
import { buildPages } from '../../infra/build-pages.ts';

const mostBytes = 120 * 1024;

test('all scripts and styles of the console are smaller than 120 KB compressed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'astake-pages-'));
  try {
    const { outputs } = await buildPages(folder);
    const files = [
      ...loadedBy('lib/pages/console/main.tsx', outputs),
      ...loadedBy('lib/pages/console/style.css', outputs),
    ];
    expect(files.length).toBeGreaterThanOrEqual(2);
    const bytes = files.map((file) => statSync(join(folder, `${basename(file)}.gz`)).size);
    expect(bytes.reduce((a, b) => a + b)).toBeLessThan(mostBytes);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** The file that was built of a source, and every one that it imports. */
function loadedBy(source: string, outputs: Metafile['outputs']): string[] {
  const found = new Set<string>();
  const add = (file: string): void => {
    if (found.has(file)) return;
    found.add(file);
    for (const { path } of outputs[file]?.imports ?? []) add(path);
  };
  const [entry] = Object.entries(outputs).find(([, { entryPoint }]) => entryPoint === source) ?? [];
  if (entry === undefined) throw new Error(`${source} was not built`);
  add(entry);
  return [...found];
}
