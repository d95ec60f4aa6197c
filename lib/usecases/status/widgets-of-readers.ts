import { spread, sum, type Widget } from './widget.ts';

export const readersWidgets: readonly Widget[] = [
  {
    id: 'answers',
    section: 'readers',
    title: 'Answers by source',
    unit: 'count',
    isStacked: true,
    series: [sum('AnswerFromCache', 'cache'), sum('AnswerFromChain', 'chain'), sum('AnswerFromDatabase', 'database')],
  },
  {
    id: 'refusals',
    section: 'readers',
    title: 'Not answered, or absent',
    unit: 'count',
    series: [
      sum('ChainUnavailable', 'no node could answer'),
      sum('RequestLimited', 'limit of requests'),
      sum('ChainReadLimited', 'limit of chain reads'),
      sum('AnswerAbsent', 'absent on the chain'),
      sum('Defect', 'defects of the code'),
    ],
  },
  {
    id: 'answer-age',
    section: 'readers',
    title: 'Age of answers',
    unit: 'seconds',
    series: spread('AnswerAgeSeconds', 'younger'),
  },
  {
    id: 'stale',
    section: 'readers',
    title: 'Stale answers, shared readings and refreshes',
    unit: 'count',
    series: [
      sum('StaleAnswers', 'labelled as stale'),
      sum('LeaseWaited', 'waited for another process'),
      sum('Collapsed', 'read by another process'),
      sum('RefreshAsked', 'refreshed ahead of need'),
    ],
  },
  {
    id: 'past',
    section: 'readers',
    title: 'Answers about earlier blocks, and entries made ahead',
    unit: 'count',
    series: [
      sum('PastFromHistory', 'from the history'),
      sum('PastFromChain', 'from the chain'),
      sum('Warmed', 'put into the cache ahead'),
    ],
  },
  {
    id: 'chain-reads',
    section: 'readers',
    title: 'Time of readings of the chain',
    unit: 'milliseconds',
    series: spread('ChainReadMilliseconds', 'faster'),
  },
];
