import { type HealthReason, healthReason } from '../../domain/health.ts';
import type { UpstreamReport } from '../../domain/ports/chain.ts';
import { newestHead, type Progress } from '../../domain/progress.ts';
import type { Service } from '../../domain/service.ts';

const isWell = ({ state }: UpstreamReport): boolean => state === 'healthy';

/** No node that answers has a new block: the chain itself has stalled, and no node is to blame. */
export const standsStill = (upstreams: readonly UpstreamReport[]): boolean =>
  upstreams.some(isWell) && upstreams.filter(isWell).every((upstream) => upstream.standsStill);

export function nodeReasons(upstreams: readonly UpstreamReport[]): HealthReason[] {
  const status = upstreams.some(isWell) ? 'degraded' : 'down';
  const chainStandsStill = standsStill(upstreams);
  return upstreams.flatMap((upstream) => {
    const { name: node, reason, code, method, since } = upstream;
    if (isWell(upstream) && (!upstream.standsStill || chainStandsStill)) return [];
    const detail = `${node}: ${reason ?? 'it has not answered yet'}`;
    return [
      healthReason({ status, code: code ?? 'no_answer', detail, action: actionOf(upstream), node, method, since }),
    ];
  });
}

/** What the codes and sentences of the guards ask for; the runbook has the whole table. */
function actionOf({ code, reason, breaker, nextProbeAt }: UpstreamReport): string {
  const text = reason ?? '';
  if (/serves the network/.test(text))
    return 'Correct its URL in CASPER_RPC_URLS or CASPER_UPSTREAMS, or CASPER_CHAIN_NAME.';
  if (code === 'http_401' || code === 'http_403' || /secret/.test(text))
    return 'Set its secret: `header` in CASPER_UPSTREAMS.';
  if (code === 'paused') return 'Set its `callsPerSecond` in CASPER_UPSTREAMS to what the provider allows.';
  if (code === 'lags' || /lags|CatchUp/.test(text))
    return 'Wait until it has caught up, or add a node to CASPER_RPC_URLS.';
  if (code === 'overstates') return 'Nothing while another node is healthy; else add a node to CASPER_RPC_URLS.';
  if (code === 'barred')
    return 'Nothing while two others are healthy. If it comes back, remove it from CASPER_RPC_URLS or CASPER_UPSTREAMS: it lies, or has lost state.';
  if (/the future/.test(text)) return 'Check the clock of this machine, then that of the node.';
  if (code === 'stands_still') return 'Look at the node: the others have newer blocks.';
  const probe = breaker === 'open' && nextProbeAt !== null ? ` It is probed again at ${nextProbeAt}.` : '';
  return `Look at the node, its URL in CASPER_RPC_URLS or CASPER_UPSTREAMS, and the network between.${probe}`;
}

export function chainReasons(
  upstreams: readonly UpstreamReport[],
  progress: Progress | undefined,
  { memory, clock }: Pick<Service, 'memory' | 'clock'>,
): HealthReason[] {
  if (!upstreams.some(isWell)) {
    return [
      healthReason({
        status: 'unknown',
        code: 'not_seen',
        detail: 'No node answers, so nothing is known of the chain.',
        action: 'See the component `nodes`.',
      }),
    ];
  }
  if (!standsStill(upstreams)) return [];
  const now = clock.steady();
  const head = newestHead(progress?.head ?? null, memory.head(), now);
  const seconds = head && Math.max(0, Math.floor((now - Date.parse(head.timestamp)) / 1_000));
  return [
    healthReason({
      status: 'degraded',
      code: 'stands_still',
      detail: `The chain stands still: no node has had a new block${seconds === undefined ? '' : ` for ${seconds} s`}. The nodes that answer are well, and reads go on.`,
      since: head?.timestamp ?? null,
      action: 'Nothing here: look at the status page of the network. An upgrade of the protocol pauses the chain.',
    }),
  ];
}
