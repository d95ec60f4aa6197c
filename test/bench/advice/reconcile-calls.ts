import { adviceReplay } from '../../usecases/advice/replay.ts';
import type { Row } from '../row.ts';

const records = 10_000;
const goal = 0.25;
const runsPerDay = 24;

/** Hourly runs by the advice of a run with the default, over a store that copies a recorded chain. */
export async function advisedRuns(): Promise<Row[]> {
  const { advice, usual, advised, runsOfPass } = await adviceReplay(records);
  const { calls, dollars } = advice.saves;
  return [
    {
      bench: `calls of an hourly run of reconciliation, ${records} records: ${advice.variable}=${advice.value} as advised, over ${advice.now}`,
      counts: 'calls',
      figure: advised.toFixed(0),
      against: String(usual),
      ratio: advised / usual,
      goal: `<= ${goal}`,
      met: advised / usual <= goal,
      detail: `the advice promises ${calls} calls and $${dollars} a month`,
    },
    {
      bench: 'hourly runs as advised until every record was compared again, over those of a day',
      counts: 'records',
      figure: String(runsOfPass),
      against: String(runsPerDay),
      ratio: runsOfPass / runsPerDay,
      goal: '<= 1',
      met: runsOfPass <= runsPerDay,
    },
  ];
}
