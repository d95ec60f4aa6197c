import { blockRef } from '../../../lib/domain/block.ts';
import { latestEndOfLease } from '../../../lib/domain/lease.ts';
import type { ProgressStore } from '../../../lib/domain/ports/progress-store.ts';
import { forgottenNodes, shortReason } from '../../../lib/domain/progress.ts';
import { cursorIn } from './cursor.ts';
import { directoryIn } from './directory.ts';
import { figuresIn, runsIn } from './runs.ts';
import { copy, type MemoryTables, type OnCall } from './tables.ts';

export const progressIn = (tables: MemoryTables, onCall: OnCall): ProgressStore => ({
  ...cursorIn(tables, onCall),
  ...runsIn(tables, onCall),
  ...figuresIn(tables, onCall),
  ...directoryIn(tables, onCall),

  async read() {
    await onCall('progress.read', []);
    return copy(tables.progress);
  },

  async seeHead(head, network, fork = 0) {
    await onCall('progress.seeHead', [head, network]);
    const isLaterFork = fork > tables.headFork;
    const there = tables.progress.head;
    const sameBlock = there?.height === head.height && there.hash === head.hash;
    const rises = there === null || there.height < head.height || (sameBlock && there.seenAt < head.seenAt);
    // A head of an abandoned fork is never read.
    if (fork < tables.progress.fork || (!isLaterFork && !rises)) return;
    tables.headFork = fork;
    tables.progress = {
      ...tables.progress,
      head: { ...blockRef(head), seenAt: head.seenAt },
      network: tables.progress.network ?? network,
    };
  },

  async takeLease(name, owner, now, until) {
    await onCall('progress.takeLease', [name, owner, now, until]);
    const lease = tables.leases.get(name);
    if (lease !== undefined && lease.until > now && lease.until <= latestEndOfLease(until)) return false;
    tables.leases.set(name, { owner, until });
    return true;
  },

  async endLease(name, owner) {
    await onCall('progress.endLease', [name, owner]);
    if (tables.leases.get(name)?.owner === owner) tables.leases.set(name, { owner, until: 0 });
  },

  async leasedUntil(name, now) {
    await onCall('progress.leasedUntil', [name, now]);
    const until = tables.leases.get(name)?.until;
    return until !== undefined && until > now ? until : undefined;
  },

  async keepReportLink({ digest, run, until }) {
    await onCall('progress.keepReportLink', [digest]);
    tables.reportLinks.set(digest, { run, until });
  },

  async openReportLink({ digest, run, now }) {
    await onCall('progress.openReportLink', [digest]);
    const link = tables.reportLinks.get(digest);
    if (link === undefined || link.run !== run || link.until <= now) return false;
    return tables.reportLinks.delete(digest);
  },

  async noteNode(name, memory, seen) {
    await onCall('progress.noteNode', [name, memory, seen]);
    const there = tables.progress.nodes[name];
    if ((there?.token ?? 0) !== seen) return { kept: false, there: copy(there) };
    const forgotten = new Set(seen === 0 ? forgottenNodes(tables.progress.nodes) : []);
    const others = Object.entries(tables.progress.nodes).filter(([other]) => !forgotten.has(other));
    tables.progress = {
      ...tables.progress,
      nodes: { ...Object.fromEntries(others), [name]: { ...copy(memory), reason: shortReason(memory.reason) } },
    };
    return { kept: true, there: memory };
  },
});
