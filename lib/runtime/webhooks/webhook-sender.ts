import { once } from 'node:events';
import * as http from 'node:http';
import * as https from 'node:https';
import type { LookupFunction } from 'node:net';
import type { Clock } from '../../domain/ports/telemetry.ts';
import type { DeliveryOutcome, WebhookRequest, WebhookSender } from '../../domain/ports/webhook-sender.ts';
import { isPublicAddress } from '../../domain/public-address.ts';
import { type DeliveryProblem, longestRetryAfterSeconds } from '../../domain/webhook.ts';
import { hostOf, type ReceiverRules, webhookUrlProblem } from '../../domain/webhook-url.ts';
import { type Address, createResolveHost, type ResolveHost } from './resolve-host.ts';

export interface SenderSettings extends ReceiverRules {
  readonly clock: Clock;
  /** The whole time of a request, from the look-up of the name to the end of the answer. */
  readonly timeoutMs?: number;
  readonly resolve?: ResolveHost;
  /** Certificate authorities in place of the usual ones, PEM. */
  readonly ca?: string;
}

const usualTimeoutMs = 5_000;
const mostAnswerBytes = 65_536;
const mostHeaderBytes = 16_384;

/** What a request came to, before it is known how long it took. */
type Result = Omit<DeliveryOutcome, 'milliseconds'>;

/**
 * Sends to receivers that may be hostile (rule HOOK-4): the name is looked up once, every address must be public, and the connection
 * goes to one of these very addresses. No redirect is followed, and time and answer are bounded.
 */
export function createWebhookSender(settings: SenderSettings): WebhookSender {
  const { clock, timeoutMs = usualTimeoutMs } = settings;
  return {
    timeoutMs,
    refusalOf: (url) => webhookUrlProblem(url, settings),
    async send(request) {
      const began = clock.steady();
      const abort = new AbortController();
      const timer = setTimeout(() => abort.abort(), timeoutMs);
      // Whatever the receiver does to the connection: the time ends it.
      const result = await Promise.race([
        ended(abort.signal),
        exchange(request, abort.signal, settings).catch(unreachable),
      ]);
      clearTimeout(timer);
      return { ...result, milliseconds: Math.round(clock.steady() - began) };
    },
  };
}

const ended = (signal: AbortSignal): Promise<Result> =>
  new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(failed('timed_out')), { once: true });
  });

async function exchange(request: WebhookRequest, signal: AbortSignal, settings: SenderSettings): Promise<Result> {
  const { allowPrivate, resolve = createResolveHost() } = settings;
  if (webhookUrlProblem(request.url, settings) !== undefined) return failed('address_refused');
  const url = new URL(request.url);
  const addresses = await resolve(hostOf(url), signal);
  if (addresses.length === 0) return failed('host_unknown');
  // One address inside is enough: who answers for the name chooses which address is used.
  if (!allowPrivate && !addresses.every(({ address }) => isPublicAddress(address))) return failed('address_refused');
  signal.throwIfAborted();
  return post(url, request, { addresses, signal, settings });
}

interface Connection {
  readonly addresses: readonly Address[];
  readonly signal: AbortSignal;
  readonly settings: SenderSettings;
}

async function post(url: URL, { headers, body }: WebhookRequest, { addresses, signal, settings }: Connection) {
  const bytes = Buffer.from(body);
  const options: https.RequestOptions = {
    method: 'POST',
    headers: {
      ...headers,
      'content-type': 'application/json',
      'content-length': bytes.length,
      'user-agent': 'astake-lookup',
    },
    // A connection of its own, without a proxy, that no other request uses.
    agent: false,
    lookup: only(addresses),
    maxHeaderSize: mostHeaderBytes,
    rejectUnauthorized: true,
    signal,
    ...(settings.ca !== undefined && { ca: settings.ca }),
  };
  const request = url.protocol === 'http:' ? http.request(url, options) : https.request(url, options);
  // What goes wrong later ends the answer, which says so by itself.
  request.on('error', () => {});
  // Node.js reports a changed protocol as neither an answer nor an error.
  request.on('upgrade', () => request.emit('error', new Error('the receiver changes the protocol')));
  try {
    request.end(bytes);
    const [answer] = (await once(request, 'response')) as [http.IncomingMessage];
    return await resultOf(answer, settings.clock);
  } finally {
    request.destroy();
  }
}

/** The addresses that were checked, and no others: the name is not looked up again. */
const only =
  (addresses: readonly Address[]): LookupFunction =>
  (_, { all }, done) => {
    const [first] = addresses;
    if (all) done(null, [...addresses]);
    else done(null, first?.address ?? '', first?.family);
  };

/** A delivery has succeeded when the whole answer was read, and is 2xx. */
async function resultOf(answer: http.IncomingMessage, clock: Pick<Clock, 'now'>): Promise<Result> {
  const status = answer.statusCode ?? 0;
  const common = { status, errorCode: null, retryAfter: retryAfterOf(answer.headers['retry-after'], clock) };
  let size = 0;
  try {
    for await (const chunk of answer) {
      size += (chunk as Buffer).length;
      if (size > mostAnswerBytes) return { ...common, problem: 'answer_too_large' };
    }
  } catch (error) {
    return { ...common, ...unreachable(error), status };
  }
  return { ...common, problem: problemOf(status) };
}

function problemOf(status: number): DeliveryProblem | null {
  if (status >= 200 && status < 300) return null;
  return status >= 300 && status < 400 ? 'redirected' : 'status';
}

/** Seconds, at most a day; null where the header has neither of the two forms of RFC 9110, 10.2.3. */
function retryAfterOf(text: string | undefined, { now }: Pick<Clock, 'now'>): number | null {
  if (text === undefined) return null;
  const seconds = /^\d{1,9}$/.test(text) ? Number(text) : Math.ceil((Date.parse(text) - now()) / 1_000);
  return Number.isFinite(seconds) ? Math.min(Math.max(seconds, 0), longestRetryAfterSeconds) : null;
}

const failed = (problem: DeliveryProblem): Result => ({ problem, status: null, errorCode: null, retryAfter: null });

function unreachable(error: unknown): Result {
  const { code } = error as NodeJS.ErrnoException;
  return { ...failed('unreachable'), errorCode: typeof code === 'string' ? code : null };
}
