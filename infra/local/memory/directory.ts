import { blockRef } from '../../../lib/domain/block.ts';
import type { Directory, ProgressStore } from '../../../lib/domain/ports/progress-store.ts';
import { copy, type MemoryTables, type OnCall } from './tables.ts';

export const directoryIn = (
  tables: MemoryTables,
  onCall: OnCall,
): Pick<ProgressStore, 'directory' | 'growDirectory' | 'trust' | 'keepTrust'> => ({
  async directory() {
    await onCall('progress.directory', []);
    return copy(tables.directory);
  },

  async growDirectory(seen) {
    await onCall('progress.growDirectory', [seen]);
    const validators = [...new Set([...tables.directory.validators, ...seen.validators])].sort();
    tables.directory = { ...grownSpan(tables.directory, seen), validators };
  },

  async trust() {
    await onCall('progress.trust', []);
    return copy(tables.trust);
  },

  async keepTrust(trust, anew) {
    await onCall('progress.keepTrust', [trust, anew]);
    const there = tables.trust;
    const isOfAnchor = there?.anchor.hash === trust.anchor.hash;
    if (there !== undefined && (isOfAnchor ? there.height >= trust.height : !anew)) return false;
    tables.trust = copy(trust);
    return true;
  },
});

/** The span walked: each end moves only outwards, and only by a span that overlaps the stored one or adjoins it. */
function grownSpan(there: Directory, seen: Directory): Directory {
  if (seen.newest === null || seen.oldest === null) return there;
  if (there.newest === null || there.oldest === null) return { ...seen, newest: blockRef(seen.newest) };
  const rises = there.newest.height < seen.newest.height;
  const reachesUp = there.newest.height >= seen.oldest || there.newest.hash === seen.next;
  const risen = rises && reachesUp ? { ...there, newest: blockRef(seen.newest) } : there;
  const reachesDown = there.oldest <= seen.newest.height || there.next === seen.newest.hash;
  return there.oldest > seen.oldest && reachesDown ? { ...risen, oldest: seen.oldest, next: seen.next } : risen;
}
