/**
 * What this project uses of casper-js-sdk. The package ships TypeScript sources among its types, which do not compile
 * under strict settings; tsconfig.json points here instead.
 */
export interface CLValue {
  readonly bool?: { getValue(): boolean };
  readonly unit?: object;
  readonly option?: { value(): CLValue | null | undefined };
  readonly key?: { toPrefixedString(): string };
  readonly uref?: { toPrefixedString(): string };
  readonly publicKey?: { toHex(): string };
  readonly map?: { getData(): readonly { readonly inner1: CLValue; readonly inner2: CLValue }[] };
  readonly list?: { readonly elements: readonly CLValue[] };
  toString(): string;
}

export declare const CLValueParser: { fromJSON(json: { readonly cl_type: unknown; readonly bytes: string }): CLValue };

export declare const PublicKey: {
  fromHex(hex: string): { accountHash(): { toPrefixedString(): string } };
};
