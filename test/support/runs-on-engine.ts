import { hasEngine } from '../../infra/local/engine/find-program.ts';

/** False where no database engine is packaged, and with ASTAKE_STORE=memory: then the tests run on the store in memory. */
export const runsOnEngine = process.env.ASTAKE_STORE !== 'memory' && hasEngine();

/** Suites about the engine itself, its tables and its items, and those that stop it or share it between processes. */
export const needsEngine: readonly string[] = [
  'cli/outages',
  'contract/answers',
  'faults/crash',
  'faults/credentials',
  'faults/one-of-two',
  'faults/start.test',
  'faults/store.test',
  'faults/submission-killed',
  'fuzz/',
  'http/bad-input',
  'http/lists',
  'infra/audit-verify',
  'infra/keys',
  'infra/local/aws/streams',
  'infra/local/engine/',
  'infra/web/',
  'infra/local/table-generations',
  'pages/console-outages',
  'pages/console-sync',
  'store/consistent-reads',
  'store/faults',
  'store/lost-answers',
  'store/stored-items',
  'usecases/following/broken-rows',
  'usecases/following/engine',
  'usecases/following/restored',
  'usecases/reading/list-requests',
];
