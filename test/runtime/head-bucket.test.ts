import { createHash, generateKeyPairSync, sign, verify } from 'node:crypto';
import { Readable } from 'node:stream';
import { GetPublicKeyCommand, KMSClient, SignCommand } from '@aws-sdk/client-kms';
import { GetObjectCommand, ListObjectVersionsCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { StoreUnavailable } from '../../lib/domain/errors.ts';
import type { SignedHeads } from '../../lib/domain/head-digest.ts';
import { bucketArchive, kmsSigner } from '../../lib/runtime/head-bucket.ts';

const region = 'eu-central-1';
const s3 = mockClient(S3Client);
const archive = bucketArchive('a-bucket', new S3Client({ region }));
const signed = {
  statement: { day: '2026-11-30', parts: [] },
  signature: 'first',
  publicKey: '',
} as unknown as SignedHeads;
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

test('rule AUDIT-3: of several versions of a day the oldest counts, however many pages of them there are', async () => {
  const Key = 'days/2026-11-30.json';
  s3.on(ListObjectVersionsCommand, { Prefix: Key }).resolves({
    Versions: [
      { Key, VersionId: 'forged' },
      { Key, VersionId: 'forged too' },
    ],
    DeleteMarkers: [{ Key }],
    IsTruncated: true,
    NextKeyMarker: Key,
    NextVersionIdMarker: 'forged too',
  });
  s3.on(ListObjectVersionsCommand, { Prefix: Key, KeyMarker: Key, VersionIdMarker: 'forged too' }).resolves({
    Versions: [
      { Key, VersionId: 'first' },
      { Key: `${Key}x`, VersionId: 'other' },
    ],
    DeleteMarkers: [{ Key: `${Key}x` }],
  });
  s3.on(GetObjectCommand, { VersionId: 'first' }).resolves({ Body: body(JSON.stringify(signed)) });
  expect(await archive.get('2026-11-30')).toEqual({ signed, copies: 3, deletions: 1 });
  s3.on(ListObjectVersionsCommand, { Prefix: Key }).resolves({ Versions: [{ Key, VersionId: 'planted' }] });
  s3.on(GetObjectCommand, { VersionId: 'planted' }).resolves({ Body: body('{"statement":{}}') });
  expect(await archive.get('2026-11-30')).toEqual({ signed: null, copies: 1, deletions: 0 });
  s3.on(ListObjectVersionsCommand).resolves({});
  expect(await archive.get('2026-11-29')).toBeUndefined();
});

test('rule AUDIT-3: the latest day is found on any page, also one that a delete marker hides; a refusal is StoreUnavailable', async () => {
  s3.on(ListObjectVersionsCommand, { Prefix: 'days/' }).resolves({
    Versions: [{ Key: 'days/2026-11-29.json' }],
    IsTruncated: true,
    NextKeyMarker: 'days/2026-11-29.json',
  });
  s3.on(ListObjectVersionsCommand, { Prefix: 'days/', KeyMarker: 'days/2026-11-29.json' }).resolves({
    Versions: ['2026-11-30', '2090-01-01', 'zzz'].map((name) => ({ Key: `days/${name}.json` })),
    DeleteMarkers: [{ Key: 'days/2026-11-30.json' }, { Key: 'days/2026-12-01.json' }],
  });
  expect(await archive.latest('2026-12-02')).toBe('2026-11-30');
  expect(await archive.latest('2026-11-30')).toBe('2026-11-29');
  expect(await archive.latest('2026-11-29')).toBeUndefined();
  s3.on(ListObjectVersionsCommand).rejects(new Error('AccessDenied'));
  await expect(archive.latest('2026-12-02')).rejects.toThrow(StoreUnavailable);
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
