import type { Invalidation } from './progress.ts';

/** Progress is read with every answer that memory does not give: its markers must stay few (rule TRACK-4). */
const most = 50;

/**
 * The markers with one more, oldest first. A marker that is already covered adds nothing; markers that the new one covers are
 * removed. Beyond the limit, the two oldest of one kind become one that covers both and more: invalidating too much is safe, and
 * the latest markers stay as narrow as they were asked for.
 */
export function withMarker(markers: readonly Invalidation[], marker: Invalidation): readonly Invalidation[] {
  if (markers.some((there) => covers(there, marker))) return markers;
  const next = [...markers.filter((there) => !covers(marker, there)), marker];
  return next.length > most ? joinedOldest(next) : next;
}

const covers = (a: Invalidation, b: Invalidation): boolean =>
  a.kind === b.kind && b.prefix.startsWith(a.prefix) && a.height >= b.height;

function joinedOldest(markers: readonly Invalidation[]): readonly Invalidation[] {
  for (const [at, oldest] of markers.entries()) {
    const next = markers.findIndex(({ kind }, other) => other > at && kind === oldest.kind);
    const mate = markers[next];
    if (mate !== undefined) return markers.with(at, joined(oldest, mate)).toSpliced(next, 1);
  }
  throw new Error(`${markers.length} markers, each of another kind: no two of them can be joined`);
}

function joined(a: Invalidation, b: Invalidation): Invalidation {
  const differ = [...a.prefix].findIndex((character, at) => character !== [...b.prefix][at]);
  const prefix = differ === -1 ? a.prefix : [...a.prefix].slice(0, differ).join('');
  return { kind: a.kind, prefix, height: Math.max(a.height, b.height) };
}
