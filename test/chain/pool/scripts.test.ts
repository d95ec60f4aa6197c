import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Handler } from '../../../infra/local/aws/functions.ts';
import { type Report, runScript } from './scripts/run-script.ts';
import { type Script, scripts } from './scripts/scripts.ts';
import { loadHandlers } from './scripts/world.ts';

const seed = Number(process.env.ASTAKE_SEED ?? 1);
const goodShare = 0.999;
const instances = 3;

/** Six timed scripts of faults. `ASTAKE_SEED` plays them with another seed, or with the seed of a failure. */
describe.each(scripts)('$name', (script) => {
  let functions: ReadonlyMap<string, Handler>;
  let report: Report;
  beforeAll(async () => {
    functions = await loadHandlers();
    report = await runScript(script, seed, functions);
  });
  const replayable = (found: object) => ({
    replay: `ASTAKE_SEED=${seed} npm test -- test/chain/pool/scripts`,
    ...found,
  });

  test('99.9 % of the answers are right, or labelled', () => {
    const { good, wrong } = report;
    expect(replayable({ isGood: good >= goodShare, good, wrong: good >= goodShare ? [] : wrong })).toEqual(
      replayable({ isGood: true, good, wrong: [] }),
    );
  });

  test('no wrong value is served or stored, and no answer goes back in time (rule CLAIM-8)', () => {
    const { untrue, backInTime, wrongInStore, wrongWrites, defects } = report;
    const none = { untrue: [], backInTime: [], wrongInStore: [], wrongWrites: [], defects: [] };
    expect(replayable({ untrue, backInTime, wrongInStore, wrongWrites, defects })).toEqual(replayable(none));
  });

  test('every answer comes within its deadline', () => {
    expect(replayable({ late: report.late })).toEqual(replayable({ late: [] }));
  });

  test('retries and hedges stay within their budget', () => {
    const { ChainRetry = 0, ChainHedge = 0 } = report.counted;
    const earned = instances * 10 + report.asked * 0.1;
    expect(replayable({ withinBudget: ChainRetry + ChainHedge <= earned })).toEqual(replayable({ withinBudget: true }));
  });

  test('the faults have struck, and the chain has grown', () => {
    expect(replayable({ missing: missingIn(script, report) })).toEqual(replayable({ missing: [] }));
  });
});

test('the same seed plays the same script', async () => {
  const [script] = scripts;
  const functions = await loadHandlers();
  const short = { ...(script as Script), seconds: 12 };
  const [one, again, other] = [
    await runScript(short, 7, functions),
    await runScript(short, 7, functions),
    await runScript(short, 8, functions),
  ];
  expect(again).toEqual(one);
  expect(other.nodes).not.toEqual(one.nodes);
});

/** What should have happened in a run, and did not. */
function missingIn(script: Script, { nodes, sources, verdicts, answers, highest }: Report): string[] {
  const missing: string[] = [];
  const expectThat = (is: boolean, what: string): void => void (is || missing.push(what));
  for (const { node, fates, atLeast } of script.expected) {
    const struck = fates.reduce((sum, fate) => sum + (nodes[node]?.fates[fate] ?? 0), 0);
    expectThat(struck >= atLeast, `node ${node} met ${fates.join(' or ')} ${struck} times, not ${atLeast}`);
  }
  for (const { name, meanLatency } of nodes) {
    expectThat(meanLatency >= (script.slowerThan ?? 0), `${name} answers after ${meanLatency} ms`);
  }
  const fromDatabase = sources['database, stale'] ?? 0;
  expectThat(fromDatabase >= (script.fromDatabase ?? 0), `the database answered ${fromDatabase} times`);
  // A run without answers would have no wrong answer either.
  const unavailable = verdicts.unavailable / answers;
  expectThat(unavailable <= (script.unavailable ?? 0), `a share of ${unavailable} of the answers is unavailable`);
  expectThat((sources.chain ?? 0) > 200 && (sources.cache ?? 0) > 200, `answers came from ${JSON.stringify(sources)}`);
  expectThat(highest >= 54, `no answer is of a block beyond ${highest}`);
  return missing;
}
