import { createRequire } from 'node:module';

/** Suites about the engine itself, its tables and its items. */
const needsEngine = [
  'contract/answers',
  'faults/crash',
  'faults/one-of-two',
  'faults/start.test',
  'faults/store.test',
  'http/bad-input',
  'infra/audit-verify',
  'infra/local/aws/streams',
  'infra/local/engine/',
  'store/consistent-reads',
  'store/faults',
  'store/lost-answers',
  'store/stored-items',
  'usecases/following/broken-rows',
  'usecases/following/engine',
];

// An older Node, which some tool may load this file with, does not know TypeScript.
const knowsTypeScript = Number(process.versions.node.split('.')[0]) >= 24;
const runsOnEngine = knowsTypeScript
  ? createRequire(import.meta.url)('./support/runs-on-engine.ts').runsOnEngine
  : true;

/** The suites that are left out where there is no engine; empty where there is one. */
export const withoutEngine = runsOnEngine ? [] : needsEngine;

if (withoutEngine.length > 0) {
  console.warn(
    `No database engine: the store is in memory, and ${withoutEngine.length} suites about the engine are left out.`,
  );
}
