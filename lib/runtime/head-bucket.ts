import { createPublicKey, hash } from 'node:crypto';
import type { KMSClient } from '@aws-sdk/client-kms';
import type { ListObjectVersionsCommandInput, S3Client } from '@aws-sdk/client-s3';
import { StoreUnavailable } from '../domain/errors.ts';
import { latestOf, signedHeadsIn } from '../domain/head-digest.ts';
import type { HeadArchive, HeadSigner } from '../domain/ports/head-archive.ts';

const settings = { maxAttempts: 3, requestHandler: { connectionTimeout: 1_000, requestTimeout: 10_000 } };

/**
 * Keeps signed digests in a bucket with object lock (rule AUDIT-3). A principal may put a newer version or a delete marker over an
 * object, and can remove none: of a day, the oldest version counts. The SDK client is loaded with the first call.
 */
export function bucketArchive(Bucket: string, given?: S3Client): HeadArchive {
  const dayKey = (day: string) => `days/${day}.json`;
  const partKey = (digest: string) => `parts/${digest}.ndjson`;
  let client = given;

  async function s3() {
    const sdk = await import('@aws-sdk/client-s3');
    client ??= new sdk.S3Client(settings);
    return { sdk, client };
  }

  async function putOnce(Key: string, Body: string): Promise<boolean> {
    const { sdk, client } = await s3();
    try {
      await client.send(new sdk.PutObjectCommand({ Bucket, Key, Body, IfNoneMatch: '*', ChecksumAlgorithm: 'SHA256' }));
      return true;
    } catch (error) {
      if ((error as Error).name === 'PreconditionFailed') return false;
      throw unavailable(error);
    }
  }

  /** All pages: of one object there may be more versions than a page has. */
  async function* versionsOf(Prefix: string) {
    const { sdk, client } = await s3();
    let from: Pick<ListObjectVersionsCommandInput, 'KeyMarker' | 'VersionIdMarker'> = {};
    for (let isMore = true; isMore; ) {
      const page = await client.send(new sdk.ListObjectVersionsCommand({ Bucket, Prefix, ...from }));
      yield { versions: page.Versions ?? [], deletions: page.DeleteMarkers ?? [] };
      isMore = page.IsTruncated === true;
      from = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
    }
  }

  async function oldest(key: string) {
    const { sdk, client } = await s3();
    let first: string | undefined;
    let [copies, deletions] = [0, 0];
    try {
      for await (const page of versionsOf(key)) {
        const own = page.versions.filter(({ Key }) => Key === key);
        copies += own.length;
        deletions += page.deletions.filter(({ Key }) => Key === key).length;
        // Newest first, in a listing.
        first = own.at(-1)?.VersionId ?? first;
      }
      if (first === undefined) return undefined;
      const got = await client.send(new sdk.GetObjectCommand({ Bucket, Key: key, VersionId: first }));
      return { text: (await got.Body?.transformToString()) ?? '', copies, deletions };
    } catch (error) {
      throw unavailable(error);
    }
  }

  return {
    async latest(before) {
      let last: string | undefined;
      try {
        // A listing of objects would not have those that a delete marker hides.
        for await (const { versions } of versionsOf('days/')) {
          const names = versions.map(({ Key = '' }) => Key.slice('days/'.length, -'.json'.length));
          last = latestOf([...names, ...(last === undefined ? [] : [last])], before);
        }
      } catch (error) {
        throw unavailable(error);
      }
      return last;
    },
    async get(day) {
      const found = await oldest(dayKey(day));
      if (found === undefined) return undefined;
      const { text, copies, deletions } = found;
      return { signed: signedHeadsIn(text), copies, deletions };
    },
    put: (signed) => putOnce(dayKey(signed.statement.day), `${JSON.stringify(signed)}\n`),
    part: async (digest) => (await oldest(partKey(digest)))?.text,
    async putPart(digest, lines) {
      await putOnce(partKey(digest), lines);
    },
  };
}

/** Signs with an asymmetric key that never leaves KMS. */
export function kmsSigner(KeyId: string, given?: KMSClient): HeadSigner {
  let client = given;
  return {
    async sign(text) {
      const { GetPublicKeyCommand, KMSClient: Client, SignCommand } = await import('@aws-sdk/client-kms');
      client ??= new Client(settings);
      const Message = hash('sha256', text, 'buffer');
      const request = { KeyId, Message, MessageType: 'DIGEST', SigningAlgorithm: 'ECDSA_SHA_256' } as const;
      const [{ Signature = new Uint8Array() }, { PublicKey = new Uint8Array() }] = await Promise.all([
        client.send(new SignCommand(request)),
        client.send(new GetPublicKeyCommand({ KeyId })),
      ]);
      const key = createPublicKey({ key: Buffer.from(PublicKey), format: 'der', type: 'spki' });
      return {
        signature: Buffer.from(Signature).toString('base64'),
        publicKey: key.export({ type: 'spki', format: 'pem' }).toString(),
      };
    },
  };
}

const unavailable = (error: unknown): StoreUnavailable =>
  new StoreUnavailable('the bucket of the head digests cannot be used', error);
