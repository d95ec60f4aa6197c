import { pageNow } from '../../clock.ts';
import { durationText, momentText } from './time-text.ts';

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
