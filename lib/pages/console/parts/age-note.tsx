import { useEffect, useState } from 'preact/hooks';
import { pageNow } from '../../clock.ts';
import type { Polled } from '../use-polled.ts';
import { durationText } from './time-text.ts';
import { WhyFailed } from './why-link.tsx';

/** So many missed answers make data old. */
const missed = 3;
const soonestMs = 15_000;

/** How old what is shown is; a screen reader hears when it becomes old, and when it is current again. */
export function AgeNote({ of: { at, error, everyMs } }: { readonly of: Polled<unknown> }) {
  const now = useNow(1_000);
  const age = at === undefined ? undefined : Math.max(0, now - at);
  const isOld = error !== undefined || (age !== undefined && age > Math.max(missed * everyMs, soonestMs));
  const known = age === undefined ? 'nothing has been read yet' : `read ${durationText(age / 1_000)} ago`;
  return (
    <p class={isOld ? 'freshness old' : 'freshness quiet'}>
      <span role="status">
        {isOld && <strong>This may be out of date: {error?.message ?? 'no answer has come since'}. </strong>}
        {age === undefined && !isOld && 'Asking the service …'}
      </span>
      <WhyFailed of={error} />{' '}
      {(isOld || age !== undefined) && <span>{known.charAt(0).toUpperCase() + known.slice(1)}.</span>}
    </p>
  );
}

function useNow(everyMs: number): number {
  const [now, setNow] = useState(pageNow);
  useEffect(() => {
    const timer = setInterval(() => setNow(pageNow()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
