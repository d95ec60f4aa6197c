import { join } from 'node:path';
import type { HeadArchive, HeadSigner } from '../domain/ports/head-archive.ts';
import { bucketArchive, kmsSigner } from './head-bucket.ts';
import { folderArchive, keyFileSigner } from './head-folder.ts';
import type { Running } from './service.ts';

export interface WithHeads extends Running {
  readonly archive: HeadArchive;
  readonly signer: HeadSigner;
  readonly environment: string;
}

type Variables = Readonly<Record<string, string | undefined>>;

/** The archive that the environment names: a bucket, or the folder of a local run; undefined: none. */
export function headArchiveOf(env: Variables): HeadArchive | undefined {
  if (env.ASTAKE_HEADS_BUCKET?.trim()) return bucketArchive(env.ASTAKE_HEADS_BUCKET.trim());
  return env.ASTAKE_HEADS_FOLDER?.trim() ? folderArchive(env.ASTAKE_HEADS_FOLDER.trim()) : undefined;
}

/** The same service with the archive of head digests and the key that signs them: other functions do not load them. */
export function withHeads(service: Running, env: Variables = process.env): WithHeads {
  const archive = headArchiveOf(env);
  if (archive === undefined) throw new TypeError('neither ASTAKE_HEADS_BUCKET nor ASTAKE_HEADS_FOLDER is set');
  const { ASTAKE_HEADS_KEY: key, ASTAKE_HEADS_FOLDER: folder = '' } = env;
  const signer = key?.trim() ? kmsSigner(key.trim()) : keyFileSigner(join(folder, 'signing-key.pem'));
  return { ...service, archive, signer, environment: service.config.environment };
}
