import type { Advice } from '../../../lib/usecases/advice/advice.ts';
import { reportById } from '../../../lib/usecases/reconciliation/read-report.ts';
import type { ReconciliationReport } from '../../../lib/usecases/reconciliation/report.ts';
import { crowded } from '../../bench/reconciliation/crowded.ts';
import { reconcile } from '../reconciliation/run.ts';

export interface AdviceReplay {
  readonly advice: Advice;
  /** Calls of a run with the default. */
  readonly usual: number;
  /** Calls of a run by the advice, the mean of those that follow. */
  readonly advised: number;
  /** So many hourly runs by the advice compare every record. */
  readonly runsOfPass: number;
}

const hourMs = 3_600_000;
const runsPerDay = 24;

/** Hourly runs with the default over a store that copies a recorded chain, and then by the advice of the last one, until every record was compared again. */
export async function adviceReplay(records: number, allowed = 20_000): Promise<AdviceReplay> {
  const { service, pass } = await crowded({ records });
  const runOnce = async (reconcileCalls: number): Promise<ReconciliationReport> => {
    const { run } = await reconcile({ ...service, limits: { ...service.limits, reconcileCalls } });
    pass(hourMs);
    return reportById(run.id, service);
  };
  // The first run records the entities to which the copies refer.
  await runOnce(allowed);
  const before = await runOnce(allowed);
  const [advice] = before.advice;
  if (advice === undefined) throw new Error(`no advice: ${JSON.stringify(before.coverage)}, ${before.calls} calls`);
  const since = new Date(service.clock.now()).toISOString();
  const calls: number[] = [];
  for (let isWhole = false; !isWhole && calls.length < runsPerDay; ) {
    const report = await runOnce(advice.value);
    calls.push(report.calls);
    isWhole = (report.coverage?.oldest ?? '') >= since;
  }
  return {
    advice,
    usual: before.calls,
    advised: calls.reduce((sum, one) => sum + one, 0) / calls.length,
    runsOfPass: calls.length,
  };
}
