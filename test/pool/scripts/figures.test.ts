import { writeFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { runScript } from './run-script.ts';
import { scripts } from './scripts.ts';
import { loadHandlers } from './world.ts';

const seeds = (process.env.SEEDS ?? '1').split(',').map(Number);
test('figures', async () => {
  const functions = await loadHandlers();
  const all = [];
  for (const seed of seeds)
    for (const script of scripts) {
      if (process.env.ONLY && !script.name.includes(process.env.ONLY)) continue;
      const t = Date.now();
      try {
        const r = await runScript(script, seed, functions);
        all.push({ ms: Date.now() - t, ...r });
      } catch (e) {
        all.push({ script: script.name, seed, error: String((e as Error).stack) });
      }
    }
  writeFileSync(process.env.FIGURES ?? '/tmp/s/figures.json', JSON.stringify(all, null, 1));
  expect(all.length).toBeGreaterThan(0);
}, 600000);
