import { functionNames, schedules, streams } from '../manifest.ts';
import type { Line, PlatformChart } from './chart.ts';
import { type MetricOf, ofAws, ofFunction, ofMachine, ofQueue, ofRule, own, type Watched } from './figure.ts';

/** Functions, streams, queues, state machines and schedules. */
export function machineryCharts(watched: Watched): PlatformChart[] {
  const ofFunctions = (name: string, statistic: MetricOf['statistic'] = 'Sum'): Line[] =>
    functionNames.map((each) => ({
      metric: ofFunction(watched, each, name, statistic),
      label: each,
    }));
  const ofMachines = (name: string): Line[] =>
    schedules.map(({ stateMachine }) => ({
      metric: ofMachine(watched, stateMachine, name),
      label: stateMachine,
    }));
  return [
    { row: 'machinery', title: 'Invocations', unit: 'count', isStacked: true, lines: ofFunctions('Invocations') },
    { row: 'machinery', title: 'Errors of functions', unit: 'count', lines: ofFunctions('Errors') },
    { row: 'machinery', title: 'Throttled invocations', unit: 'count', lines: ofFunctions('Throttles') },
    {
      row: 'machinery',
      title: 'Processes at once, and cold starts',
      unit: 'count',
      lines: [
        { metric: ofAws('Lambda', 'ConcurrentExecutions', 'Maximum'), label: 'processes of the account' },
        { metric: own(watched, 'ColdStart'), label: 'cold starts' },
      ],
    },
    {
      row: 'machinery',
      title: 'Age of what streams deliver',
      unit: 'milliseconds',
      lines: streams.map(({ function: name }) => ({
        metric: ofFunction(watched, name, 'IteratorAge', 'Maximum'),
        label: name,
      })),
    },
    {
      row: 'machinery',
      title: 'Messages in dead-letter queues',
      unit: 'count',
      lines: streams.map(({ deadLetters }) => ({
        metric: ofQueue(watched, deadLetters),
        label: deadLetters,
      })),
    },
    { row: 'machinery', title: 'Executions that were started', unit: 'count', lines: ofMachines('ExecutionsStarted') },
    { row: 'machinery', title: 'Executions that have failed', unit: 'count', lines: ofMachines('ExecutionsFailed') },
    {
      row: 'machinery',
      title: 'Schedules that could not start anything',
      unit: 'count',
      lines: schedules.map(({ stateMachine }) => ({
        metric: ofRule(watched, stateMachine),
        label: stateMachine,
      })),
    },
  ];
}
