import { blake2b256 } from '../../domain/account-id.ts';
import { concatBytes, NotBytes, u8, vector } from './bytes.ts';
import { digestBytes, listIn, members, natural, none } from './members.ts';

/** The `body_hash` of a block of 2.x, from its body. Throws NotBytes where a member is missing, is not canonical, or is not known. */
export function bodyHash(json: unknown): string {
  const { transactions, rewarded_signatures: signatures, ...others } = members(json, 'a body');
  none(others);
  const lanes = Object.entries(members(transactions, 'transactions')).map(
    ([lane, hashes]) => [laneNumber(lane), listIn(hashes)] as const,
  );
  return blake2b256(
    concatBytes(
      vector(lanes, ([lane, hashes]) => concatBytes(u8(lane), vector(hashes, transactionHash))),
      vector(listIn(signatures), (packed) => vector(listIn(packed), (byte) => u8(natural(byte, 255)))),
    ),
  );
}

/** In its one spelling: members with such names are in the order of the numbers, and so are the transactions that are read from them. */
function laneNumber(lane: string): number {
  const number = natural(Number(lane), 255);
  if (lane !== String(number)) throw new NotBytes('not a lane');
  return number;
}

function transactionHash(tagged: unknown): Uint8Array {
  const [[kind, digits] = [], ...others] = Object.entries(members(tagged, 'a transaction'));
  const tag = ['Deploy', 'Version1'].indexOf(String(kind));
  if (tag < 0 || others.length > 0) throw new NotBytes('a transaction of a kind that is not known');
  return concatBytes(u8(tag), digestBytes(digits));
}
