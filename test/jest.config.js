import { withoutEngine } from './without-engine.js';

// jest with ES modules: esbuild removes the types, and imports keep their .ts extension.
export default {
  rootDir: '..',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^astake-lookup/client$': '<rootDir>/lib/client/index.ts' },
  transform: { '\\.ts$': '<rootDir>/test/esbuild-transform.js' },
  testPathIgnorePatterns: withoutEngine.map((name) => `<rootDir>/test/${name}`),
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/cdk.out'],
  reporters: ['default', '<rootDir>/test/count-reporter.js'],
  // A safety net against hanging: no test needs as much, even on a busy machine.
  testTimeout: 300_000,
  maxWorkers: 2,
  // Node keeps the ES modules of every suite that has ended: a worker of hundreds of suites would run out of memory.
  workerIdleMemoryLimit: '1GB',
};
