import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

export type FolderLock = { unlock(): Promise<void> } | { readonly heldBy: number };

interface Holder {
  readonly pid: number;
  /** When the process began, in the system's own terms: a process id is given again. */
  readonly began: string;
}

/** Time for another process to write the file that it has just created. */
const writeMs = 200;

/**
 * Locks a folder for this process, by a file that names it. The lock of a process that has ended, also by a crash, counts
 * for nothing and is replaced.
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const file = join(folder, 'lock');
  const mine = JSON.stringify({ pid: process.pid, began: await beganAt(process.pid), lock: randomUUID() });
  for (;;) {
    try {
      await writeFile(file, mine, { flag: 'wx' });
      return { unlock: () => removeIfStill(mine, file) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    let found = await textOf(file);
    if (holderIn(found) === undefined) {
      await pause(writeMs);
      found = await textOf(file);
    }
    const holder = holderIn(found);
    if (holder !== undefined && (await beganAt(holder.pid)) === holder.began) return { heldBy: holder.pid };
    await setAside(file, found);
  }
}

/** Of two processes that replace the same old lock, the slower one must not remove the new lock of the other. */
async function setAside(file: string, old: string): Promise<void> {
  const aside = `${file}.${randomUUID()}`;
  await rename(file, aside).catch(() => {});
  const moved = await textOf(aside);
  if (moved !== '' && moved !== old && holderIn(moved) !== undefined) return void (await rename(aside, file));
  await rm(aside, { force: true });
}

async function removeIfStill(mine: string, file: string): Promise<void> {
  if ((await textOf(file)) === mine) await rm(file, { force: true });
}

const textOf = (file: string): Promise<string> => readFile(file, 'utf8').catch(() => '');

function holderIn(text: string): Holder | undefined {
  try {
    const { pid, began } = JSON.parse(text) as Partial<Holder>;
    return typeof pid === 'number' && typeof began === 'string' ? { pid, began } : undefined;
  } catch {
    return undefined;
  }
}

/** undefined: there is no such process. Where the system does not say when it began, its being there is all. */
async function beganAt(pid: number): Promise<string | undefined> {
  const status = await textOf(`/proc/${pid}/stat`);
  if (status !== '') return beganIn(status);
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return undefined;
  }
  const listed = await promisify(execFile)('ps', ['-o', 'lstart=', '-p', String(pid)]).catch(() => ({ stdout: '' }));
  return listed.stdout.trim();
}

/** Linux: the fields after the name, which may itself have spaces. A zombie has ended. */
function beganIn(status: string): string | undefined {
  const fields = status.slice(status.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' ? undefined : fields[19];
}
