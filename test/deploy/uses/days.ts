import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { GetPublicKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3';
import { ListStateMachinesCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { signedText } from '../../../lib/domain/head-digest.ts';
import { stateMachineName } from '../../../lib/runtime/names.ts';
import type { Use } from './use.ts';

/** The state machine that EventBridge starts each day: KMS signs, the bucket keeps, the API shows. */
export const days: Use = {
  name: 'the audit of the latest day that is over is signed by KMS and kept in the bucket',
  async run({ service, environment, operator, eventually }) {
    const [kms, s3, states] = [KMSClient, S3Client, SFNClient].map(
      (Client) => new Client({ ...service.settings, forcePathStyle: true }),
    ) as [KMSClient, S3Client, SFNClient];
    try {
      const { stateMachines = [] } = await states.send(new ListStateMachinesCommand({}));
      const machine = stateMachines.find(({ name }) => name === stateMachineName(environment, 'head-digest'));
      await states.send(new StartExecutionCommand({ stateMachineArn: machine?.stateMachineArn }));
      const Bucket = service.output('data', 'HeadsBucketName');
      // In the first hour of a day it is the day before yesterday.
      let day: string | undefined;
      await eventually(async () => {
        const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket, Prefix: 'days/' }));
        day = Versions.flatMap(({ Key = '' }) => /\d{4}-\d\d-\d\d/.exec(Key) ?? [])
          .sort()
          .at(-1);
        return day !== undefined;
      });
      const { status, body } = await service.ask(`/v1/audit/heads?day=${day}`, { headers: operator });
      assert.equal(status, 200, JSON.stringify(body));
      const KeyId = service.output('data', 'HeadsKeyArn');
      const { PublicKey = new Uint8Array() } = await kms.send(new GetPublicKeyCommand({ KeyId }));
      const key = createPublicKey({ key: Buffer.from(PublicKey), format: 'der', type: 'spki' });
      const signature = Buffer.from(body.signature, 'base64');
      assert.ok(
        verify('sha256', Buffer.from(signedText(body.statement)), key, signature),
        'the signature does not match',
      );
    } finally {
      for (const client of [kms, s3, states]) client.destroy();
    }
  },
};
