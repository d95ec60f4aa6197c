import { createHash, generateKeyPairSync, sign, verify } from 'node:crypto';
import { Readable } from 'node:stream';
import { GetPublicKeyCommand, KMSClient, SignCommand } from '@aws-sdk/client-kms';
import {
  GetObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { StoreUnavailable } from '../../lib/domain/errors.ts';
import type { SignedHeads } from '../../lib/domain/head-digest.ts';
import { bucketArchive, kmsSigner } from '../../lib/runtime/head-bucket.ts';

const region = 'eu-central-1';
const s3 = mockClient(S3Client);
const archive = bucketArchive('a-bucket', new S3Client({ region }));
const signed = { statement: { day: '2026-11-30' }, signature: 'first', publicKey: '' } as unknown as SignedHeads;
const body = (text: string) => {
  const stream = Readable.from([text]);
  return Object.assign(stream, { transformToString: async () => text }) as never;
};

test('rule AUDIT-3: an object is put only where there is none', async () => {
  s3.on(PutObjectCommand)
    .resolvesOnce({})
    .rejects(Object.assign(new Error('there'), { name: 'PreconditionFailed' }));
  expect(await archive.put(signed)).toBe(true);
  expect(await archive.put(signed)).toBe(false);
  await archive.putPart('ab', 'lines');
  const puts = s3.commandCalls(PutObjectCommand).map(({ args }) => args[0].input);
  expect(puts).toMatchObject([{ Key: 'days/2026-11-30.json' }, {}, { Key: 'parts/ab.ndjson', Body: 'lines' }]);
  expect(puts.every(({ IfNoneMatch, Bucket }) => IfNoneMatch === '*' && Bucket === 'a-bucket')).toBe(true);
});

test('rule AUDIT-3: of several versions of a day the oldest counts, and their number is said', async () => {
  const Key = 'days/2026-11-30.json';
  const Versions = [
    { Key, VersionId: 'forged' },
    { Key, VersionId: 'first' },
    { Key: `${Key}x`, VersionId: 'other' },
  ];
  s3.on(ListObjectVersionsCommand).resolves({ Versions });
  s3.on(GetObjectCommand, { VersionId: 'first' }).resolves({ Body: body(JSON.stringify(signed)) });
  expect(await archive.get('2026-11-30')).toEqual({ signed, copies: 2 });
  s3.on(ListObjectVersionsCommand).resolves({});
  expect(await archive.get('2026-11-29')).toBeUndefined();
});

test('the latest day is on the last page; a refusal is StoreUnavailable', async () => {
  s3.on(ListObjectsV2Command, { ContinuationToken: 'more' }).resolves({ Contents: [{ Key: 'days/2026-11-30.json' }] });
  s3.on(ListObjectsV2Command, { ContinuationToken: undefined }).resolves({
    Contents: [{ Key: 'days/2026-11-29.json' }],
    NextContinuationToken: 'more',
  });
  expect(await archive.latest()).toBe('2026-11-30');
  s3.on(ListObjectsV2Command).rejects(new Error('AccessDenied'));
  await expect(archive.latest()).rejects.toThrow(StoreUnavailable);
});

test('KMS signs the SHA-256 of the text, and the key verifies it', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const kms = mockClient(KMSClient);
  kms.on(SignCommand).resolves({ Signature: sign('sha256', Buffer.from('a text'), privateKey) });
  kms.on(GetPublicKeyCommand).resolves({ PublicKey: publicKey.export({ type: 'spki', format: 'der' }) });
  const made = await kmsSigner('a-key', new KMSClient({ region })).sign('a text');
  expect(verify('sha256', Buffer.from('a text'), made.publicKey, Buffer.from(made.signature, 'base64'))).toBe(true);
  expect(kms.commandCalls(SignCommand)[0]?.args[0].input).toEqual({
    KeyId: 'a-key',
    Message: createHash('sha256').update('a text').digest(),
    MessageType: 'DIGEST',
    SigningAlgorithm: 'ECDSA_SHA_256',
  });
});
