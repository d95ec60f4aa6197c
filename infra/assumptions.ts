/** What is not counted. Each has its source; to try another value, change it and run `npm run cost`. */
export const assumptions = {
  hitMs: {
    value: 8,
    unit: 'ms',
    why: 'billed duration of a hit: about 1 ms of CPU (`npm run bench -- hits`, at 1,024 MB a function has 0.58 of a vCPU) and one consistent read of DynamoDB (single-digit milliseconds by its documentation), rounded up. Not measured on AWS.',
  },
  coldMs: { value: 500, unit: 'ms', why: 'a read of the chain: three to eight calls of 60 to 140 ms, some at once' },
  tickMs: { value: 3_000, unit: 'ms', why: 'four new blocks, each fetched in about 0.5 s' },
  sweepMs: { value: 60, unit: 'ms', why: 'Lambda time for each reconciled record' },
  memoryGb: { value: 1, unit: 'GB', why: '`infra/manifest/functions.ts`' },
  publishMs: {
    value: 30,
    unit: 'ms',
    why: 'Lambda time for each event at half a GB, alone in its invocation: five requests to DynamoDB and EventBridge one after the other. An upper bound: a batch has up to a hundred',
  },
  eventBytes: {
    value: 1_000,
    unit: 'bytes',
    why: 'an event of `docs/api.md`, rounded up; EventBridge bills each 64 KB',
  },
  webCpuMs: {
    value: 1.6,
    unit: 'ms',
    why: 'CPU of a hit of the readers as one process, HTTP included (`npm run bench -- web`, on the machine of the bench)',
  },
  webGb: {
    value: 2,
    unit: 'GB',
    why: 'an environment of a Web Function, by AWS’s documentation; billed is what it uses',
  },
  webRequests: {
    value: 0.2,
    unit: 'dollars a million',
    why: 'rates of Web Functions could not be read: as for Lambda’s event functions',
  },
  webVcpuHour: {
    value: 0.03238,
    unit: 'dollars',
    why: 'could not be read: as for Fargate on arm64. AWS bills the time that the CPU is at work, not the time of the request',
  },
  webGbHour: { value: 0.00356, unit: 'dollars', why: 'could not be read: as for Fargate on arm64' },
  headroom: {
    value: 3,
    unit: 'times',
    why: 'processes that Lambda keeps at work, over those that are busy at the average rate: each reads the progress once a second',
  },
  accessLogBytes: {
    value: 400,
    unit: 'bytes',
    why: 'a line of `infra/stacks/access-log.ts` with an address and a user agent of 60 characters, and the 26 bytes that CloudWatch adds',
  },
  tracedShare: {
    value: 0,
    unit: 'of hits',
    why: 'production passes traces through and starts none; 0.05 is X-Ray’s default sampling where tracing is active',
  },
  explainedShare: { value: 0.01, unit: 'of hits', why: '`ASTAKE_EXPLAIN_PERCENT`' },
  rememberedShare: { value: 0, unit: 'of hits', why: 'hits that a process answers from memory: none, an upper bound' },
  changedShare: {
    value: 0.01,
    unit: 'of tracked records a day',
    why: 'records that blocks change. Not known for the main net',
  },
  blockSeconds: { value: 8, unit: 's', why: 'Casper 2 main net' },
  customMetrics: {
    value: 100,
    unit: 'metrics',
    why: 'those of `lib/domain/ports/telemetry.ts`, with two nodes; CloudWatch charges for those that have figures: an upper bound',
  },
} as const;
