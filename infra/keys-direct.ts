import { randomBytes } from 'node:crypto';
import { userInfo } from 'node:os';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { keyRandomBytes } from '../lib/domain/api-key.ts';
import { keyRequestSchema, keyRotationSchema } from '../lib/runtime/contract/key-schemas.ts';
import { keyAnswer } from '../lib/runtime/key-answer.ts';
import { keySettingsOf, rotationOf } from '../lib/runtime/key-request.ts';
import { tablePrefix } from '../lib/runtime/names.ts';
import { parse } from '../lib/runtime/parse.ts';
import { createDynamo } from '../lib/store/dynamodb/client.ts';
import { createStore } from '../lib/store/store.ts';
import { createKey, type MadeKey } from '../lib/usecases/keys/create-key.ts';
import { listKeys } from '../lib/usecases/keys/list-keys.ts';
import { revokeKey } from '../lib/usecases/keys/revoke-key.ts';
import { rotateKey } from '../lib/usecases/keys/rotate-key.ts';
import { type KeyAdmin, UsageError } from './key-admin.ts';

const requestTimeoutMs = 5_000;
const pageSize = 100;

/** In the tables of ASTAKE_ENVIRONMENT, by the same use cases as the API: for the first key of a deployment. */
export async function keysDirect(): Promise<KeyAdmin> {
  const environment = process.env.ASTAKE_ENVIRONMENT?.trim();
  const endpoint = process.env.AWS_ENDPOINT_URL_DYNAMODB?.trim() || undefined;
  if (!environment) throw new UsageError('--direct needs ASTAKE_ENVIRONMENT: the environment whose tables it writes');
  if (environment === 'local' && endpoint === undefined)
    throw new UsageError('the tables of a local run are reached through its API, or at AWS_ENDPOINT_URL_DYNAMODB');
  const { prefix, problem } = tablePrefix(environment, process.env.ASTAKE_TABLES);
  if (problem !== undefined) throw new UsageError(problem);
  const actor = endpoint === undefined ? `aws:${await callerArn()}` : `aws:${userInfo().username}`;
  const dynamo = createDynamo({ endpoint, requestTimeoutMs });
  const { keys, audit } = createStore(dynamo, prefix);
  const now = () => Date.now();
  const service = { keys, audit, clock: { now, steady: now } };
  const maker = { actor, random: () => randomBytes(keyRandomBytes) };
  const shown = ({ text, stored }: MadeKey) => ({ ...keyAnswer(stored, now()), key: text });
  return {
    async create(body) {
      const settings = keySettingsOf(parse(keyRequestSchema, given(body)), { config: { collections: {} } });
      return shown(await createKey(settings, maker, service));
    },
    async list() {
      const found = [];
      for (let after: string | undefined, more = true; more; more = after !== undefined) {
        const page = await listKeys({ after, limit: pageSize }, service);
        found.push(...page.items.map((key) => keyAnswer(key, now())));
        after = page.last;
      }
      return found;
    },
    rotate: async (id, body) =>
      shown(await rotateKey(id, rotationOf(parse(keyRotationSchema, given(body))), maker, service)),
    revoke: async (id) => keyAnswer(await revokeKey(id, { actor }, service), now()),
    close: () => dynamo.destroy(),
  };
}

/** As JSON has it: without members that are undefined. */
const given = (body: object): unknown => JSON.parse(JSON.stringify(body));

/** Who has the AWS credentials, by the word of AWS. */
async function callerArn(): Promise<string> {
  const sts = new STSClient({});
  try {
    const { Arn } = await sts.send(new GetCallerIdentityCommand({}));
    if (Arn === undefined) throw new Error('no ARN');
    return Arn;
  } catch (error) {
    const { name, message } = error as Error;
    throw new UsageError(
      message.includes('Region is missing')
        ? 'set AWS_REGION: the region of the deployment'
        : `AWS does not say whose credentials these are (${name}): sign in, or set AWS_PROFILE`,
    );
  } finally {
    sts.destroy();
  }
}
