import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Handler } from '../../../infra/local/aws/functions.ts';
import { type Report, runScript } from './scripts/run-script.ts';
import { type Script, scripts } from './scripts/scripts.ts';
import { loadHandlers } from './scripts/world.ts';

const seed = Number(process.env.ASTAKE_SEED ?? 1);
const goodShare = 0.999;
const instances = 3;

/** Six timed scripts of faults. `ASTAKE_SEED` plays them with another seed, or again with the one of a failure. */
describe.each(scripts)('$name', (script) => {
  let functions: ReadonlyMap<string, Handler>;
  let report: Report;
  beforeAll(async () => {
    functions = await loadHandlers();
    report = await runScript(script, seed, functions);
  });
  const say = (found: object) => ({ replay: `ASTAKE_SEED=${seed} npm test -- test/pool/scripts`, ...found });

  test('almost every request is answered rightly, or labelled', () => {
    const { good, wrong } = report;
    expect(say({ isGood: good >= goodShare, good, wrong: good >= goodShare ? [] : wrong })).toEqual(
      say({ isGood: true, good, wrong: [] }),
    );
  });

  test('no value that is not so is served, and none is kept', () => {
    const { untrue, backInTime, wrongInStore, wrongWrites, defects } = report;
    const none = { untrue: [], backInTime: [], wrongInStore: [], wrongWrites: [], defects: [] };
    expect(say({ untrue, backInTime, wrongInStore, wrongWrites, defects })).toEqual(say(none));
  });

  test('every answer comes within its deadline', () => {
    expect(say({ late: report.late })).toEqual(say({ late: [] }));
  });

  test('retries and hedges stay within what calls have earned', () => {
    const { ChainRetry = 0, ChainHedge = 0 } = report.counted;
    const earned = instances * 10 + report.asked * 0.1;
    expect(say({ withinBudget: ChainRetry + ChainHedge <= earned })).toEqual(say({ withinBudget: true }));
  });

  test('the faults have struck, and the chain went on', () => {
    expect(say({ toothless: toothless(script, report) })).toEqual(say({ toothless: [] }));
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

/** What a script was to do and has not done. */
function toothless(script: Script, { nodes, sources, verdicts, answers, highest }: Report): string[] {
  const missed: string[] = [];
  const expectThat = (is: boolean, what: string): void => void (is || missed.push(what));
  for (const { node, fates, atLeast } of script.bites) {
    const struck = fates.reduce((sum, fate) => sum + (nodes[node]?.fates[fate] ?? 0), 0);
    expectThat(struck >= atLeast, `node ${node} met ${fates.join(' or ')} ${struck} times, not ${atLeast}`);
  }
  for (const { name, meanLatency } of nodes) {
    expectThat(meanLatency >= (script.slowerThan ?? 0), `${name} answers after ${meanLatency} ms`);
  }
  const fromDatabase = sources['database, stale'] ?? 0;
  expectThat(fromDatabase >= (script.fromDatabase ?? 0), `the database answered ${fromDatabase} times`);
  // A run in which nothing was answered would have nothing wrong in it either.
  const unavailable = verdicts.unavailable / answers;
  expectThat(unavailable <= (script.unavailable ?? 0), `of ${unavailable} of the answers nobody could tell`);
  expectThat((sources.chain ?? 0) > 200 && (sources.cache ?? 0) > 200, `answers came from ${JSON.stringify(sources)}`);
  expectThat(highest >= 54, `no answer is of a block beyond ${highest}`);
  return missed;
}
