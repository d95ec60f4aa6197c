import type { DeliveryProblem } from '../webhook.ts';

/** What became of one request to a receiver. */
export interface DeliveryOutcome {
  /** null: the receiver has taken it. */
  readonly problem: DeliveryProblem | null;
  /** Of HTTP; null: there was no answer. */
  readonly status: number | null;
  /** Of the connection, as Node.js names it: `ECONNREFUSED`, `CERT_HAS_EXPIRED`; null: it has none. */
  readonly errorCode: string | null;
  /** After how many seconds the receiver wants the next request. */
  readonly retryAfter: number | null;
  readonly milliseconds: number;
}

export interface WebhookRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Sends requests to receivers, which may be hostile. It never rejects, and each request ends within `timeoutMs`. */
export interface WebhookSender {
  readonly timeoutMs: number;
  /** Why the URL is not allowed; undefined: it is, as far as its text says. */
  refusalOf(url: string): string | undefined;
  send(request: WebhookRequest): Promise<DeliveryOutcome>;
}
