import { runDemo } from './run.ts';

// The demo has a stack and a chain of its own: the caller's settings must not reach them.
for (const name of Object.keys(process.env)) {
  if (/^(ASTAKE|CASPER|AWS_ENDPOINT_URL)(_|$)/.test(name)) delete process.env[name];
}
process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';

// The exit removes the temporary folder and ends the engine.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1));

process.exitCode = (await runDemo((line) => console.log(line))) ? 0 : 1;
