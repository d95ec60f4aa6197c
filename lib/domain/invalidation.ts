import type { Invalidation } from './progress.ts';

/** Progress is read with every answer that is not warm: its markers must stay few. */
const most = 50;

/**
 * The markers with one more, oldest first. One that is covered already adds nothing, and those that it covers go. One
 * too many: the two oldest of one kind are joined into one that covers both, and more, so that what was asked for lately
 * stays as narrow as it was.
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
  throw new Error(`${markers.length} markers of as many kinds: there are no two to join`);
}

function joined(a: Invalidation, b: Invalidation): Invalidation {
  const differ = [...a.prefix].findIndex((character, at) => character !== [...b.prefix][at]);
  const prefix = differ === -1 ? a.prefix : [...a.prefix].slice(0, differ).join('');
  return { kind: a.kind, prefix, height: Math.max(a.height, b.height) };
}
