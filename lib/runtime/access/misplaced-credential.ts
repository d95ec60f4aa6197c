import { keyIdIn } from '../../domain/api-key.ts';
import { InvalidRequest } from '../../domain/errors.ts';

/** As a key looks, wherever it stands in a text. Its checksum shows whether it is one. */
const keyLike = /astk_[0-9a-z]{12}_[0-9A-Za-z]{49}/g;
/** The header and the payload of a JSON Web Token are JSON objects. */
const token = /eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{16,}/;

/** Whether a key or a token is in a text, valid or not. */
export function holdsCredential(text: string): boolean {
  if (!text.includes('astk_') && !text.includes('eyJ')) return false;
  return [...text.matchAll(keyLike)].some(([key]) => keyIdIn(key) !== undefined) || token.test(text);
}

/**
 * Rule ACCESS-28: what a caller sends may be stored as an id or a note, logged, and repeated in an answer. So a credential counts in the header
 * `Authorization` alone, and is refused anywhere else. `place`: a part of the request, as the caller knows it. Throws InvalidRequest without the text.
 */
export function refuseCredential(place: string, ...texts: readonly string[]): void {
  if (!texts.some(holdsCredential)) return;
  throw new InvalidRequest([
    {
      path: place,
      message:
        'must not have a credential, which is sent in Authorization alone: replace it, since it may be known now',
    },
  ]);
}
