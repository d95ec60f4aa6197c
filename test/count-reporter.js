// One plain closing line that any CI reads: "N passed, N failed", with the skipped ones named where there are any.
export default class CountReporter {
  onRunComplete(_contexts, results) {
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests ? `, ${results.numPendingTests} skipped` : '';
    // jest's own summary is written after every reporter: only the process's end comes later.
    process.once('exit', () =>
      process.stdout.write(`\n${results.numPassedTests} passed, ${failed} failed${skipped}\n`),
    );
  }
}
