import { type Table, tables } from '../../lib/store/tables.ts';
import { assumptions } from '../assumptions.ts';
import { measuredRoutes } from '../manifest.ts';
import { alarmsOf, compositesOf } from '../monitoring/alarms.ts';
import { metricsIn, type Watched } from '../monitoring/figure.ts';
import { prices } from '../prices.ts';

/** Two nodes, as in the other figures. No name of it counts. */
const watched: Watched = {
  environment: 'production',
  tables: 'tables',
  nodes: ['one', 'two'],
  apiId: 'api',
  monthlyDollars: 1,
  machineArn: (name) => name,
};

/** Count, 4xx, 5xx, Latency, IntegrationLatency and DataProcessed: what API Gateway publishes of a route with metrics of its own. */
const metricsOfRoute = 6;

/** What CloudWatch charges for in an environment with all alarms, at every load. */
export const watching = {
  ownMetrics: assumptions.customMetrics.value,
  routeMetrics: metricsOfRoute * measuredRoutes.length,
  /** The metrics that alarms look at; of a band, its two bounds too. */
  alarmMetrics: alarmsOf(watched).reduce(
    (sum, { figure }) => sum + metricsIn(figure).length + (figure.kind === 'band' ? 2 : 0),
    0,
  ),
  composites: compositesOf(watched).length,
  /** A table whose throttled keys are named has a rule for partition keys, and one for both keys where it has a sort key. */
  insightRules: (Object.values(tables) as Table[])
    .filter(({ namesThrottledKeys }) => namesThrottledKeys)
    .reduce((sum, { sort }) => sum + (sort === undefined ? 1 : 2), 0),
};

const { perMetricMonth, perAlarmMetricMonth, perCompositeMonth, perDashboardMonth, perInsightRuleMonth } =
  prices.metrics;

const dollars = {
  own: watching.ownMetrics * perMetricMonth,
  routes: watching.routeMetrics * perMetricMonth,
  alarms: watching.alarmMetrics * perAlarmMetricMonth + watching.composites * perCompositeMonth,
  insights: watching.insightRules * perInsightRuleMonth,
};

/** Dollars a month. */
export const watchingDollars = Object.values(dollars).reduce((sum, each) => sum + each, perDashboardMonth);

/** The same in words. */
export const watchingCosts = [
  `the alarms look at ${watching.alarmMetrics} metrics ($${dollars.alarms.toFixed(0)})`,
  `the service publishes ${watching.ownMetrics} of its own at most ($${dollars.own.toFixed(0)}: a metric costs where it has figures)`,
  `the gateway ${watching.routeMetrics} of single routes ($${dollars.routes.toFixed(0)}, likewise)`,
  `the dashboard is $${perDashboardMonth}, and naming throttled keys $${dollars.insights.toFixed(0)}`,
].join(', ');
