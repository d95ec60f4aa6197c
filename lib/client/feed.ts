import type { Operations, Schemas } from './contract.ts';
import { ClientError, InvalidCallError } from './errors.ts';
import type { OptionsOf } from './methods.ts';
import type { CallBody } from './pages.ts';
import { startTimeLimit } from './time-limit.ts';

type Event = Schemas['ChangeEvent'];

export type FeedFilter = Omit<Operations['listChanges']['input'], 'wait'>;

export interface FeedOptions extends OptionsOf<'listChanges'> {
  /** true: the feed ends where nothing more is there yet. */
  readonly untilHead?: boolean | undefined;
  /** Called with each failure after which the feed goes on. */
  readonly onFailure?: ((failure: ClientError) => unknown) | undefined;
}

/** Every change, in order. */
export interface Feed extends AsyncIterable<Event> {
  /** `after` of a feed that goes on behind what this one has given; undefined: it has not begun. */
  readonly cursor: string | undefined;
}

const waitSeconds = 25;
const longestPauseMs = 30_000;
/** A `Retry-After` beyond this is no reason to be silent for longer. */
const longestAskedPauseMs = 3_600_000;
/** Where the service does not hold an empty answer back. */
const shortestRoundMs = 1_000;

/** Follows the log of changes for as long as the caller reads. Failures that may pass do not end it. */
export function followChanges(
  { after, ...filter }: FeedFilter,
  { untilHead = false, onFailure, ...options }: FeedOptions,
  callBody: CallBody,
  { now, random }: { readonly now: () => number; readonly random: () => number },
): Feed {
  let cursor = after;
  const wait = untilHead ? undefined : waitSeconds;

  async function nextPage(): Promise<Schemas['Changes']> {
    for (let failures = 0; ; failures += 1) {
      try {
        const first = cursor === undefined;
        return (await callBody(
          'listChanges',
          { ...filter, after: cursor, wait: first ? undefined : wait },
          options,
        )) as Schemas['Changes'];
      } catch (error) {
        if (!(error instanceof ClientError) || !error.retryable || untilHead) throw error;
        await report(error);
        await pauseFor(pauseAfter(error, failures));
      }
    }
  }

  function pauseAfter({ retryAfter }: ClientError, failures: number): number {
    const spread = 0.5 + random() / 2;
    if (retryAfter === undefined) return Math.min(longestPauseMs, 2 ** (failures + 1) * 1_000) * spread;
    return Math.min(longestAskedPauseMs, Math.max(shortestRoundMs, retryAfter * 1_000)) + random() * shortestRoundMs;
  }

  async function report(failure: ClientError): Promise<void> {
    try {
      await onFailure?.(failure);
    } catch (error) {
      throw new InvalidCallError('the function `onFailure` failed', error);
    }
  }

  async function pauseFor(milliseconds: number): Promise<void> {
    const limit = startTimeLimit(milliseconds + longestPauseMs, now, options.signal);
    await limit.wait(milliseconds).finally(() => limit.end());
  }

  async function* read(): AsyncGenerator<Event, void, undefined> {
    for (;;) {
      const began = now();
      const { items, next, head } = await nextPage();
      const isIdle = next === cursor;
      for (const event of items) {
        cursor = event.cursor;
        yield event;
      }
      cursor = next;
      if (untilHead && next === head) return;
      if (isIdle) await pauseFor(Math.max(0, shortestRoundMs - (now() - began)));
    }
  }

  return {
    get cursor() {
      return cursor;
    },
    [Symbol.asyncIterator]: read,
  };
}
