import type { UpstreamReport } from '../../domain/ports/chain.ts';
import type { SharedNodeState } from './shared-node-state.ts';
import type { Upstream } from './upstream.ts';

/** What everyone may know of a node: nothing of its endpoint. */
export function nodeReportOf(
  upstream: Upstream,
  best: number,
  maxLag: number,
  sharedState: SharedNodeState,
): UpstreamReport {
  const { name, operator, reportedTip, recent, callsPerSecond, pausedMs, isOpen } = upstream;
  const height = reportedTip?.height ?? null;
  const probeAt = sharedState.nextProbe(upstream);
  const median = recent.percentile(0.5);
  return {
    name,
    operator,
    ...stateOf(upstream, height, best, maxLag),
    standsStill: upstream.standsStill,
    height,
    lowestBlock: reportedTip === null ? null : upstream.lowestBlock,
    breaker: isOpen ? 'open' : 'closed',
    nextProbeAt: probeAt === undefined ? null : new Date(probeAt).toISOString(),
    pausedMs: Math.ceil(pausedMs),
    callsPerSecond,
    latencyMs: median === undefined ? null : { p50: median, p95: recent.percentile(0.95) ?? median },
    errorShare: recent.failedShare ?? null,
    refuses: upstream.refused(),
  };
}

const faultless = { code: null, method: null, since: null };

function stateOf(
  { reason, unwell, fault }: Upstream,
  height: number | null,
  best: number,
  maxLag: number,
): Pick<UpstreamReport, 'state' | 'reason' | 'code' | 'method' | 'since'> {
  if (height === null && reason === null) return { state: 'unknown', reason, ...faultless };
  if (unwell && fault !== null) {
    const { code, method, since } = fault;
    return { state: 'unhealthy', reason, code, method, since: new Date(since).toISOString() };
  }
  if (height !== null && best - height > maxLag) {
    return { state: 'unhealthy', reason: `lags at block ${height}`, ...faultless, code: 'lags' };
  }
  return { state: 'healthy', reason, ...faultless, code: reason === null ? null : 'stands_still' };
}
