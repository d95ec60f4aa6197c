import { messageOf } from '../../lib/domain/errors.ts';
import type { UpstreamReport } from '../../lib/domain/ports/chain.ts';
import type { Running } from '../../lib/runtime/service.ts';
import { checkConfiguration } from '../../lib/usecases/observing/check-configuration.ts';

export interface StartCheckResult {
  readonly name: string;
  /** One line each: what is wrong, and what to do. Empty: all is well. */
  readonly problems: readonly string[];
}

interface StartCheck {
  readonly name: string;
  run(service: Running, signal: AbortSignal): Promise<readonly string[]>;
}

/** What a start looks at that may be mended while the service runs: it warns, and the service starts all the same. */
const startChecks: readonly StartCheck[] = [
  { name: 'nodes', run: checkNodes },
  { name: 'collections', run: checkCollections },
];

const limitMs = 5_000;

export async function runStartChecks(service: Running): Promise<StartCheckResult[]> {
  return Promise.all(
    startChecks.map(async ({ name, run }) => ({
      name,
      problems: await run(service, AbortSignal.timeout(limitMs)).catch((error: unknown) => [
        `could not be checked: ${messageOf(error)}`,
      ]),
    })),
  );
}

async function checkNodes({ chain }: Running, signal: AbortSignal): Promise<readonly string[]> {
  const reports = await chain.look({ signal });
  return reports.flatMap(({ name, state, reason, standsStill }) => {
    if (state !== 'healthy') return [`${name}: ${reason ?? 'no answer'}; ${adviceOn(reason)}`];
    return standsStill ? [`${name}: its newest block is old; the chain stands still, or the node has stopped`] : [];
  });
}

function adviceOn(reason: UpstreamReport['reason']): string {
  if (reason === null) return 'start it, or change its URL';
  if (/serves the network/.test(reason)) return 'change its URL, or CASPER_CHAIN_NAME';
  if (/HTTP 40[13]/.test(reason)) return 'set its secret header in CASPER_UPSTREAMS';
  if (/lags|CatchUp/.test(reason)) return 'it is used when it has caught up';
  return 'start it, or change its URL';
}

async function checkCollections(service: Running, signal: AbortSignal): Promise<readonly string[]> {
  const checks = await checkConfiguration({ signal }, service);
  return checks.flatMap(({ what, problem }) =>
    problem === null ? [] : [`${what}: ${problem}; correct the configuration, or CASPER_CHAIN_NAME`],
  );
}
