const limitSeconds = 5;

/** Names the suites that are too slow for `npm run test:fast`. It only tells: a busy machine fails no run. */
export default class SlowReporter {
  onRunComplete(_contexts, { testResults }) {
    const slow = testResults.filter(({ perfStats }) => perfStats.runtime > limitSeconds * 1000);
    if (slow.length === 0) return;
    const lines = slow.map(
      ({ testFilePath, perfStats }) => `  ${testFilePath}: ${(perfStats.runtime / 1000).toFixed(1)} s`,
    );
    process.stdout.write(
      `\nOver ${limitSeconds} s each; on an idle machine they belong in the list in test/jest.fast.config.js:\n${lines.join('\n')}\n`,
    );
  }
}
