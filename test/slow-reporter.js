const limitSeconds = 5;

/** Names the suites that are too slow for `npm run test:fast`. It is information only: no run fails because of it. */
export default class SlowReporter {
  onRunComplete(_contexts, { testResults }) {
    const slow = testResults.filter(({ perfStats }) => perfStats.runtime > limitSeconds * 1000);
    if (slow.length === 0) return;
    const lines = slow.map(
      ({ testFilePath, perfStats }) => `  ${testFilePath}: ${(perfStats.runtime / 1000).toFixed(1)} s`,
    );
    process.stdout.write(
      `\nOver ${limitSeconds} s each; if so on an idle machine, add them to the list in test/jest.fast.config.js:\n${lines.join('\n')}\n`,
    );
  }
}
