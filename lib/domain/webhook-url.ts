import { isIP } from 'node:net';
import { isPublicAddress } from './public-address.ts';

/** Which receivers are allowed. */
export interface ReceiverRules {
  readonly ports: readonly number[];
  /** For local runs: also http, and addresses that are not of the public internet. */
  readonly allowPrivate: boolean;
}

export const longestWebhookUrl = 2_048;
const unlessAllowed = 'unless ASTAKE_WEBHOOK_ALLOW_PRIVATE is on';

/**
 * Why a webhook may not be sent to this URL (rule HOOK-4); undefined: it may, as far as the text says. A host of digits is read as URL
 * parsers and sockets read it: `0x7f.1` and `2130706433` are 127.0.0.1. Which addresses a name has is asked with each delivery.
 */
export function webhookUrlProblem(text: string, { ports, allowPrivate }: ReceiverRules): string | undefined {
  if (text.length > longestWebhookUrl) return `must be at most ${longestWebhookUrl} characters`;
  if (!URL.canParse(text)) return 'must be a URL';
  const url = new URL(text);
  if (url.protocol !== 'https:' && !(allowPrivate && url.protocol === 'http:'))
    return `must begin with https://, ${unlessAllowed}`;
  if (url.username !== '' || url.password !== '') return 'must not contain a name or a password';
  if (url.hash !== '') return 'must not have a fragment';
  const port = portOf(url);
  if (!allowPrivate && !ports.includes(port)) return `must use the port ${ports.join(' or ')}, ${unlessAllowed}`;
  if (allowPrivate) return undefined;
  const host = hostOf(url);
  if (isLocalName(host) || (isIP(host) !== 0 && !isPublicAddress(host)))
    return `must name a host of the public internet, ${unlessAllowed}`;
  return undefined;
}

/** The host without the brackets of an IPv6 address. */
export const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[(.*)\]$/, '$1');

/** RFC 6761: these names are of this machine, whatever a name server says. */
export const isLocalName = (host: string): boolean => /(^|\.)localhost\.?$/i.test(host);

const portOf = ({ port, protocol }: URL): number => (port === '' ? (protocol === 'http:' ? 80 : 443) : Number(port));
