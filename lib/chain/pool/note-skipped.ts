import type { Trace } from '../../domain/trace.ts';
import type { Upstream } from './upstream.ts';

const noted = new WeakMap<Trace, Set<string>>();

/**
 * Notes the nodes that are not asked, because their breaker is open or they have asked for a pause, while another one is: each once
 * in a trace (rule EXPLAIN-4). Where no node can be asked, `failover.ts` names them all.
 */
export function noteSkipped(upstreams: readonly Upstream[], trace: Trace | undefined): void {
  if (trace === undefined || !upstreams.some(({ askable }) => askable)) return;
  for (const { name: node, askable, isOpen, reason } of upstreams) {
    const nodes = noted.get(trace) ?? new Set();
    if (askable || nodes.has(node)) continue;
    noted.set(trace, nodes.add(node));
    trace.note({
      step: 'node',
      outcome: 'skipped',
      node,
      breaker: isOpen ? 'open' : 'closed',
      why: reason ?? undefined,
    });
  }
}
