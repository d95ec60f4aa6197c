import { createRequire } from 'node:module';

// An older Node, which some tool may load this file with, does not know TypeScript.
const knowsTypeScript = Number(process.versions.node.split('.')[0]) >= 24;
const { runsOnEngine, needsEngine } = knowsTypeScript
  ? createRequire(import.meta.url)('./support/runs-on-engine.ts')
  : { runsOnEngine: true, needsEngine: [] };

/** The suites that are left out where there is no engine; empty where there is one. */
export const withoutEngine = runsOnEngine ? [] : needsEngine;

if (withoutEngine.length > 0) {
  console.warn(
    `No database engine: the store is in memory, and ${withoutEngine.length} suites about the engine are left out.`,
  );
}
