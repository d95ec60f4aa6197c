import { functionNames, measuredRoutes, type Route } from '../../manifest.ts';
import { type AlarmDescription, minutes } from '../alarm.ts';
import { answersIn, ofAws, ofFunction, ofGateway, ofRoute, own, type Watched } from '../figure.ts';

const hurt = 'readers-get-errors-or-wait';

/** Are readers answered, from where, and how fast? */
export function readerAlarms(watched: Watched): AlarmDescription[] {
  const answers = answersIn(watched);
  const errors = {
    kind: 'share',
    of: [ofGateway(watched, '5xx')],
    among: [ofGateway(watched, 'Count')],
    moreThan: 10,
  } as const;
  return [
    {
      id: 'unavailable',
      level: 'ticket',
      means: 'More than one request in a hundred is answered with 5xx.',
      runbook: hurt,
      figure: errors,
      breaches: '>',
      threshold: 1,
      periodSeconds: minutes(1),
      periods: [3, 5],
    },
    {
      id: 'unavailable-to-many',
      level: 'page',
      means: 'More than one request in ten is answered with 5xx.',
      runbook: hurt,
      figure: errors,
      breaches: '>',
      threshold: 10,
      periodSeconds: minutes(1),
      periods: [3, 5],
      always: true,
    },
    {
      id: 'slow',
      level: 'ticket',
      means: 'One answer in a hundred takes longer than 1.5 seconds.',
      runbook: hurt,
      figure: { kind: 'metric', metric: ofGateway(watched, 'Latency', 'p99') },
      breaches: '>',
      threshold: 1_500,
      periodSeconds: minutes(1),
      periods: [3, 5],
    },
    ...measuredRoutes.filter(({ function: name }) => name === 'get-entity').map((route) => slowRoute(route, watched)),
    {
      id: 'fallback-share',
      level: 'page',
      means: 'More than one answer in a hundred comes from the database, because no node could answer.',
      runbook: 'answers-say-sourcedatabase-or-503-chain_unavailable',
      figure: { kind: 'share', of: [own(watched, 'AnswerFromDatabase')], among: answers, moreThan: 20 },
      breaches: '>',
      threshold: 1,
      periodSeconds: minutes(1),
      periods: [5, 10],
    },
    {
      id: 'misses',
      level: 'ticket',
      means: 'The cache answers less than nine requests in ten: nodes and bill carry what it should.',
      runbook: 'the-cache-answers-too-little',
      figure: {
        kind: 'share',
        of: [own(watched, 'AnswerFromChain'), own(watched, 'AnswerFromDatabase')],
        among: answers,
        moreThan: 1_000,
      },
      breaches: '>',
      threshold: 10,
      periodSeconds: minutes(15),
      periods: [1, 1],
    },
    {
      id: 'callers-limited',
      level: 'ticket',
      means: 'More than one request in twenty is refused, because its caller has reached its limit.',
      runbook: '429',
      figure: {
        kind: 'share',
        of: [own(watched, 'RequestLimited')],
        among: [ofGateway(watched, 'Count')],
        moreThan: 100,
      },
      breaches: '>',
      threshold: 5,
      periodSeconds: minutes(5),
      periods: [2, 3],
    },
    {
      id: 'traffic-unusual',
      level: 'ticket',
      means: 'Many more or many fewer requests come than at this hour of other days.',
      runbook: 'a-figure-is-unusual',
      figure: { kind: 'band', metric: ofGateway(watched, 'Count'), width: 4 },
      breaches: 'outside its band',
      periodSeconds: minutes(5),
      periods: [3, 3],
    },
    {
      id: 'latency-unusual',
      level: 'ticket',
      means: 'Answers take longer than at this hour of other days.',
      runbook: 'a-figure-is-unusual',
      figure: { kind: 'band', metric: ofGateway(watched, 'Latency', 'p95'), width: 4 },
      breaches: 'above its band',
      periodSeconds: minutes(5),
      periods: [3, 3],
    },
  ];
}

/** Of the routes that readers use most: a slow one among fast ones is not seen in the figures of the whole API. */
const slowRoute = (route: Route, watched: Watched): AlarmDescription => ({
  id: `slow-${routeId(route)}`,
  level: 'ticket',
  means: `One answer in twenty of ${route.method} ${route.path} takes longer than 3 seconds.`,
  runbook: hurt,
  figure: { kind: 'metric', metric: ofRoute(watched, route, 'Latency', 'p95') },
  breaches: '>',
  threshold: 3_000,
  periodSeconds: minutes(5),
  periods: [3, 3],
  ignoresFewSamples: true,
});

const routeId = ({ path }: Route): string => path.replace('/v1/', '').replaceAll(/[{}]/g, '').replaceAll('/', '-');

/** CloudWatch takes so many metrics in the expression of one alarm. */
const metricsAtOnce = 10;

/** One alarm for so many functions. */
export const failureAlarms = Array.from({ length: Math.ceil(functionNames.length / metricsAtOnce) }, (_, at) => ({
  id: `functions-fail-${at + 1}`,
  functions: functionNames.slice(at * metricsAtOnce, (at + 1) * metricsAtOnce),
}));

/** Do the functions run? */
export function functionAlarms(watched: Watched): AlarmDescription[] {
  return [
    {
      id: 'functions-throttled',
      level: 'page',
      means: 'Lambda refuses invocations: the account, or a function, has reached its limit of processes.',
      runbook: 'lambda-or-dynamodb-throttles',
      // Refreshes ahead of need are bounded on purpose, and what is refused of them is tried again.
      figure: {
        kind: 'sum',
        metrics: [ofAws('Lambda', 'Throttles', 'Sum')],
        less: [ofFunction(watched, 'refresh', 'Throttles', 'Sum')],
      },
      breaches: '>=',
      threshold: 1,
      periodSeconds: minutes(1),
      periods: [1, 1],
    },
    {
      id: 'concurrency-high',
      level: 'page',
      means: 'The account runs 800 processes at once; by default it may run 1,000.',
      runbook: 'lambda-or-dynamodb-throttles',
      figure: { kind: 'metric', metric: ofAws('Lambda', 'ConcurrentExecutions', 'Maximum') },
      breaches: '>',
      threshold: 800,
      periodSeconds: minutes(1),
      periods: [3, 5],
    },
    {
      id: 'defects',
      level: 'ticket',
      means: 'An error that the code does not know has ended a request or a piece of work, in two of five minutes.',
      runbook: 'a-function-fails',
      figure: { kind: 'metric', metric: own(watched, 'Defect') },
      breaches: '>=',
      threshold: 1,
      periodSeconds: minutes(1),
      periods: [2, 5],
    },
    ...failureAlarms.map(
      ({ id, functions }): AlarmDescription => ({
        id,
        level: 'ticket',
        means: `Invocations end without a result: an error that is not handled, the time or the memory. One of ${functions.join(', ')}.`,
        runbook: 'a-function-fails',
        figure: {
          kind: 'sum',
          metrics: functions.map((name) => ofFunction(watched, name, 'Errors', 'Sum')),
        },
        breaches: '>=',
        threshold: 2,
        periodSeconds: minutes(5),
        periods: [1, 1],
      }),
    ),
  ];
}
