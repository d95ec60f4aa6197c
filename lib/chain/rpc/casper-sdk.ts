import type { CLValue } from 'casper-js-sdk';
import type { ClData } from '../../domain/pinned-state.ts';

/**
 * The only file that imports casper-js-sdk, which decodes CLValues and verifies signatures. The SDK is a CommonJS module of one megabyte and takes
 * about 200 ms to load, so it is loaded for the first of them and never at start.
 */
export type Sdk = Pick<typeof import('casper-js-sdk'), 'CLValueParser' | 'PublicKey'>;

let loading: Promise<Sdk> | undefined;

export function casperSdk(): Promise<Sdk> {
  loading ??= import('casper-js-sdk').then((module) => ((module as { default?: Sdk }).default ?? module) as Sdk);
  return loading;
}

/** Decodes a CLValue's bytes (hex) by its type, as the node writes the type. */
export type DecodeClBytes = (type: unknown, bytes: string) => ClData;

/**
 * The decoder, once the SDK is loaded. Loading blocks the process, so load before a node is asked: otherwise the time of
 * the request runs out meanwhile.
 */
export async function clValueDecoder(): Promise<DecodeClBytes> {
  const { CLValueParser } = await casperSdk();
  return (type, bytes) => plain(CLValueParser.fromJSON({ cl_type: type, bytes }));
}

/** The account hash of a public key, as the SDK derives it: tests compare `accountHashOf` with it. */
export async function sdkAccountHash(publicKey: string): Promise<string> {
  const { PublicKey } = await casperSdk();
  return PublicKey.fromHex(publicKey).accountHash().toPrefixedString();
}

/** Numbers as decimal strings, keys as prefixed strings, options as null or their value, maps as pairs. */
function plain(value: CLValue): ClData {
  if (value.bool !== undefined) return value.bool.getValue();
  if (value.unit !== undefined) return null;
  if (value.option !== undefined) {
    const inner = value.option.value();
    return inner === undefined || inner === null ? null : plain(inner);
  }
  if (value.key !== undefined) return value.key.toPrefixedString();
  if (value.uref !== undefined) return value.uref.toPrefixedString();
  if (value.publicKey !== undefined) return value.publicKey.toHex();
  if (value.map !== undefined) return value.map.getData().map(({ inner1, inner2 }) => [plain(inner1), plain(inner2)]);
  if (value.list !== undefined) return value.list.elements.map(plain);
  return value.toString();
}
