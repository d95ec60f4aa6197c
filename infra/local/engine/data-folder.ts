import { existsSync } from 'node:fs';
import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { lockFolder } from './folder-lock.ts';

/** The folder cannot hold the data of this process; the message says why, and what to do. */
export class UnusableDataFolder extends Error {
  override readonly name = 'UnusableDataFolder';
}

/** Creates the folder, and locks it for this process. Returns a function that unlocks it. Throws UnusableDataFolder. */
export async function openDataFolder(folder: string): Promise<() => Promise<void>> {
  const path = resolve(folder);
  try {
    await create(path);
    await tryToWrite(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === 'ENOTDIR' ? 'it is not a folder' : (code ?? message);
    throw new UnusableDataFolder(
      `${path} cannot be written to (${reason}): set ASTAKE_DATA_DIR to a folder that this user can write to`,
    );
  }
  const lock = await lockFolder(path);
  if ('heldBy' in lock) {
    throw new UnusableDataFolder(
      `${path} is in use by process ${lock.heldBy}: stop that process, or set ASTAKE_DATA_DIR to another folder`,
    );
  }
  return lock.unlock;
}

/** One level after the other: `recursive` never ends on a file system that refuses folders, such as /proc. */
async function create(path: string): Promise<void> {
  if (existsSync(path)) {
    if (!(await stat(path)).isDirectory()) throw Object.assign(new Error(path), { code: 'ENOTDIR' });
    return;
  }
  await create(dirname(path));
  await mkdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
}

async function tryToWrite(path: string): Promise<void> {
  const file = join(path, `.written-by-${process.pid}`);
  try {
    await writeFile(file, 'to see whether the folder can be written to');
  } finally {
    await rm(file, { force: true });
  }
}
