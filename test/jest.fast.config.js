import config from './jest.config.js';

/**
 * A suite is slow when it takes over five seconds by itself on two idle cores. `npm run test:fast` leaves the slow ones out,
 * so that it can be run after each change; `npm test` runs all. This is the only list of them: test/slow-reporter.js
 * names a suite that belongs here.
 */
const slow = [
  'browser/client-page',
  'chain/pool/attempts',
  'chain/pool/callers',
  'chain/pool/herd',
  'chain/pool/scripts.test',
  'chain/pool/shared-memory',
  'client/contract',
  'client/examples',
  'client/faults',
  'client/package',
  'client/reading',
  'contract/answers',
  'faults/',
  'field/',
  'fuzz/',
  'http/caching',
  'http/principals',
  'infra/audit-verify',
  'infra/local/dev-chain/heights',
  'infra/local/engine/',
  'pages/home',
  'pages/reference',
  'recorded-truth/chain-',
  'store/faults',
  'usecases/collecting/at-once',
  'usecases/collecting/killed',
  'usecases/collecting/reset',
  'usecases/collecting/standards',
  'usecases/collecting/unkept',
  'usecases/collecting/whole',
  'usecases/following/activity-races',
  'usecases/following/again',
  'usecases/following/chain-d',
  'usecases/following/engine',
  'usecases/following/interleaving/',
  'usecases/following/killed',
  'usecases/reconciliation/budget',
  'usecases/reconciliation/cancelled',
  'usecases/reconciliation/doubled',
  'usecases/reconciliation/killed',
  'usecases/reconciliation/operations',
  'usecases/reconciliation/pages',
  'usecases/reconciliation/resolve-overdue',
  'usecases/reconciliation/twenty-thousand',
];

export default {
  ...config,
  testPathIgnorePatterns: [...config.testPathIgnorePatterns, ...slow.map((name) => `<rootDir>/test/${name}`)],
  reporters: [...config.reporters, '<rootDir>/test/slow-reporter.js'],
};
