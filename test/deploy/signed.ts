import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import { type Asked, textOf } from './ask.ts';
import { region } from './server.ts';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** The user that may do everything on the server. */
export const root: Credentials = { accessKeyId: 'test', secretAccessKey: 'test' };

export interface SignedFor {
  /** As SigV4 names it: `execute-api`, `iam`. */
  readonly service: string;
  readonly host: string;
  readonly credentials: Credentials;
}

/** The request with the headers of SigV4, as a principal of AWS sends it. */
export async function signed(path: string, asked: Asked, { service, host, credentials }: SignedFor): Promise<Asked> {
  const { pathname, searchParams } = new URL(path, `https://${host}`);
  const signer = new SignatureV4({ service, region, credentials, sha256: Sha256 });
  const { headers } = await signer.sign({
    protocol: 'https:',
    hostname: host,
    method: asked.method ?? 'GET',
    path: pathname,
    query: Object.fromEntries(searchParams),
    headers: { ...asked.headers, host },
    body: textOf(asked.body),
  });
  return { ...asked, headers };
}

/** Node's own hash, in the form that the signer asks for. */
class Sha256 {
  readonly #hash;
  constructor(secret?: Bytes) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', viewOf(secret));
  }
  update(data: Bytes): void {
    this.#hash.update(viewOf(data));
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
}

type Bytes = string | ArrayBuffer | ArrayBufferView;

const viewOf = (data: Bytes) =>
  typeof data === 'string' || ArrayBuffer.isView(data) ? (data as string | Uint8Array) : new Uint8Array(data);
