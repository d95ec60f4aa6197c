import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { endVirtualTime, startVirtualTime } from '../../pool/scripts/virtual-time.ts';
import { explore } from './explore.ts';
import { scenarios } from './scenarios.ts';

beforeAll(() => startVirtualTime('2026-11-24T00:00:00.000Z'));
afterAll(endVirtualTime);

test.each(scenarios)('$name', async (scenario) => {
  const at = process.hrtime();
  const { counterexample, runs, states } = await explore(scenario, scenario.preemptions);
  const [s, ns] = process.hrtime(at);
  process.stderr.write(
    `${scenario.name.padEnd(80)} ${scenario.preemptions} runs ${runs} states ${states} ${(s + ns / 1e9).toFixed(1)} s\n`,
  );
  if (counterexample) process.stderr.write(`${counterexample.wrong.join("\n")}\n${counterexample.trace.join("\n")}\n`);
  expect(counterexample).toBeUndefined();
});
