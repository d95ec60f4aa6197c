import { any, sum, type Widget } from './widget.ts';

export const truthWidgets: readonly Widget[] = [
  {
    id: 'conflicts',
    section: 'truth',
    title: 'Conflicts',
    unit: 'count',
    series: [
      sum('ConflictOpened', 'opened'),
      sum('ConflictResolved', 'resolved'),
      sum('ConflictAwaitsReview', 'put before a person'),
    ],
  },
  {
    id: 'conflicts-waiting',
    section: 'truth',
    title: 'Conflicts that wait',
    unit: 'count',
    series: [
      { metric: 'ConflictsOpen', statistic: 'Maximum', label: 'for the service' },
      { metric: 'ConflictsAwaitingReview', statistic: 'Maximum', label: 'for a person' },
      { metric: 'ConflictsOverdue', statistic: 'Maximum', label: 'beyond their deadline' },
    ],
    thresholds: [any('Someone has to decide', 'warn')],
  },
  {
    id: 'missed',
    section: 'truth',
    title: 'Changes that sync has missed',
    unit: 'count',
    series: [sum('Missed', 'found by readers'), sum('ReconciledMissed', 'found by reconciliation')],
    thresholds: [any('A value was called current and was not')],
  },
  {
    id: 'audit',
    section: 'truth',
    title: 'Broken audit trails',
    unit: 'count',
    series: [sum('AuditBroken', 'broken')],
    thresholds: [any('An entry was removed or changed outside the service')],
  },
  {
    id: 'coverage',
    section: 'truth',
    title: 'Records compared within a day',
    unit: 'percent',
    series: [{ metric: 'CoveragePercent', statistic: 'Minimum', label: 'coverage' }],
    thresholds: [{ value: 95, side: 'below', level: 'warn', means: 'Reconciliation does not keep up' }],
  },
  {
    id: 'runs',
    section: 'truth',
    title: 'Runs of reconciliation',
    unit: 'count',
    series: [
      sum('ReconciliationFinished', 'finished'),
      sum('ReconciliationInterrupted', 'interrupted'),
      sum('ReconciliationCancelled', 'cancelled'),
    ],
  },
  {
    id: 'drift',
    section: 'truth',
    title: 'Samples compared with the chain',
    unit: 'count',
    series: [sum('SampledSame', 'same'), sum('SampledDiffers', 'another value'), sum('SampledNone', 'no record')],
  },
  {
    id: 'unproved',
    section: 'truth',
    title: 'What no node could confirm, and nodes that contradict',
    unit: 'count',
    series: [sum('Unverifiable', 'not confirmed'), sum('NodeSuspected', 'node suspected')],
  },
];
