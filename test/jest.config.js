// jest in ESM: esbuild strips the types, imports keep their .ts extension.
export default {
  rootDir: '..',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/test/esbuild-transform.js' },
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/cdk.out'],
  reporters: ['default', '<rootDir>/test/count-reporter.js'],
  testTimeout: 60_000,
  maxWorkers: 2,
};
