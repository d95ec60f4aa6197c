import { createPublicKey, hash } from 'node:crypto';
import type { KMSClient } from '@aws-sdk/client-kms';
import type { S3Client } from '@aws-sdk/client-s3';
import { StoreUnavailable } from '../domain/errors.ts';
import type { HeadArchive, HeadSigner } from '../domain/ports/head-archive.ts';

const settings = { maxAttempts: 3, requestHandler: { connectionTimeout: 1_000, requestTimeout: 10_000 } };

/**
 * Keeps signed digests in a bucket with object lock (rule AUDIT-3). A principal may put a newer version over an object, and can
 * remove none: of a day, the oldest version counts. The SDK client is loaded with the first call.
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

  async function oldest(key: string): Promise<{ readonly text: string; readonly copies: number } | undefined> {
    const { sdk, client } = await s3();
    try {
      const { Versions = [] } = await client.send(new sdk.ListObjectVersionsCommand({ Bucket, Prefix: key }));
      const own = Versions.filter(({ Key }) => Key === key);
      // Newest first, in a listing.
      const first = own.at(-1);
      if (first === undefined) return undefined;
      const got = await client.send(new sdk.GetObjectCommand({ Bucket, Key: key, VersionId: first.VersionId }));
      return { text: (await got.Body?.transformToString()) ?? '', copies: own.length };
    } catch (error) {
      throw unavailable(error);
    }
  }

  return {
    async latest() {
      const { sdk, client } = await s3();
      let last: string | undefined;
      let from: string | undefined;
      try {
        do {
          const page = await client.send(
            new sdk.ListObjectsV2Command({ Bucket, Prefix: 'days/', ContinuationToken: from }),
          );
          last = page.Contents?.at(-1)?.Key ?? last;
          from = page.NextContinuationToken;
        } while (from !== undefined);
      } catch (error) {
        throw unavailable(error);
      }
      return last?.slice('days/'.length, -'.json'.length);
    },
    async get(day) {
      const found = await oldest(dayKey(day));
      return found && { signed: JSON.parse(found.text), copies: found.copies };
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
