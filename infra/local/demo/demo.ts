import { runDemo } from './run.ts';

// The demo is about its own stack and chain: whatever the caller's environment says of others does not reach it.
for (const name of Object.keys(process.env)) {
  if (/^(ASTAKE|CASPER|AWS_ENDPOINT_URL)(_|$)/.test(name)) delete process.env[name];
}
process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';

process.exitCode = (await runDemo((line) => console.log(line))) ? 0 : 1;
