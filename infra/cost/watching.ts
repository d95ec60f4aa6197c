import { alarmsOf, compositesOf } from '../monitoring/alarms.ts';
import { metricsIn, type Watched } from '../monitoring/figure.ts';

/** Two nodes, as in the other figures. No name of it counts. */
const watched: Watched = {
  environment: 'production',
  tables: 'tables',
  nodes: ['one', 'two'],
  apiId: 'api',
  monthlyDollars: 1,
  machineArn: (name) => name,
};

/** The metrics that the alarms of an environment look at, each of which is charged; of a band, its two bounds too. */
export const alarmMetrics = alarmsOf(watched).reduce(
  (sum, { figure }) => sum + metricsIn(figure).length + (figure.kind === 'band' ? 2 : 0),
  0,
);

export const compositeAlarms = compositesOf(watched).length;
