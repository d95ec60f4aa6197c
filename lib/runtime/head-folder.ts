import { createPrivateKey, createPublicKey, generateKeyPairSync, sign as signWith } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { latestOf, signedHeadsIn } from '../domain/head-digest.ts';
import type { HeadArchive, HeadSigner } from '../domain/ports/head-archive.ts';

/** A local run keeps signed digests in a folder, in files that are written once (rule AUDIT-3). */
export function folderArchive(folder: string): HeadArchive {
  const dayFile = (day: string) => join(folder, 'days', `${day}.json`);
  const partFile = (digest: string) => join(folder, 'parts', `${digest}.ndjson`);
  return {
    async latest(before) {
      const names = await readdir(join(folder, 'days')).catch(emptyIfMissing);
      const days = names.filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -'.json'.length));
      return latestOf(days, before);
    },
    async get(day) {
      const text = await readFile(dayFile(day), 'utf8').catch(undefinedIfMissing);
      return text === undefined ? undefined : { signed: signedHeadsIn(text), copies: 1, deletions: 0 };
    },
    put: (signed) => writeOnce(dayFile(signed.statement.day), `${JSON.stringify(signed)}\n`),
    part: (digest) => readFile(partFile(digest), 'utf8').catch(undefinedIfMissing),
    async putPart(digest, lines) {
      await writeOnce(partFile(digest), lines);
    },
  };
}

/** Signs with the key of a file, which is made at the first signature. */
export function keyFileSigner(file: string): HeadSigner {
  return {
    async sign(text) {
      const made = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
        type: 'pkcs8',
        format: 'pem',
      });
      await writeOnce(file, made.toString(), 0o600);
      const key = createPrivateKey(await readFile(file, 'utf8'));
      return {
        signature: signWith('sha256', Buffer.from(text), key).toString('base64'),
        publicKey: createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString(),
      };
    },
  };
}

/** False: the file is there already. */
async function writeOnce(file: string, text: string, mode = 0o444): Promise<boolean> {
  await mkdir(join(file, '..'), { recursive: true });
  try {
    await writeFile(file, text, { flag: 'wx', mode: 0o600 });
    await chmod(file, mode);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function undefinedIfMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

function emptyIfMissing(error: NodeJS.ErrnoException): string[] {
  if (error.code !== 'ENOENT') throw error;
  return [];
}
