import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { endVirtualTime, startVirtualTime } from '../../pool/scripts/virtual-time.ts';
import { explore } from './explore.ts';
import { scenarios } from './scenarios.ts';

beforeAll(() => startVirtualTime('2026-11-24T00:00:00.000Z'));
afterAll(endVirtualTime);

describe.each(scenarios)('$name', (scenario) => {
  test.each([0, 1, 2])('%i', async (n) => {
    const at = process.hrtime();
    const { counterexample, runs, states } = await explore(scenario, n);
    const [s, ns] = process.hrtime(at);
    console.log(n, runs, states, s + ns / 1e9, counterexample);
    expect(counterexample).toBeUndefined();
  });
});
