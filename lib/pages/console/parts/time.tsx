import { pageNow } from '../../clock.ts';

/** Seconds in words, by the largest unit that fits twice. */
export function durationText(seconds: number): string {
  const units = [
    [86_400, 'days'],
    [3_600, 'h'],
    [60, 'min'],
  ] as const;
  const unit = units.find(([length]) => seconds >= 2 * length);
  return unit === undefined ? `${Math.round(seconds)} s` : `${Math.floor(seconds / unit[0])} ${unit[1]}`;
}

/** A moment in UTC, and how long ago it is, or how long until then. */
export function Moment({ at }: { readonly at: string }) {
  const seconds = (pageNow() - Date.parse(at)) / 1_000;
  const distance = seconds < 0 ? `in ${durationText(-seconds)}` : `${durationText(seconds)} ago`;
  return (
    <time datetime={at} title={distance}>
      {momentText(at)}
    </time>
  );
}

/** Only how long ago, for places without room. */
export function Since({ at }: { readonly at: string }) {
  const seconds = Math.max(0, (pageNow() - Date.parse(at)) / 1_000);
  return (
    <time datetime={at} title={momentText(at)}>
      {durationText(seconds)}
    </time>
  );
}

/** `2026-11-30 12:59:13`, in UTC. */
export const momentText = (at: string): string => at.replace('T', ' ').replace(/(?:\.\d+)?Z$/, '');
