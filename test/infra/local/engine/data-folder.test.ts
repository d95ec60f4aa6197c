import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openDataFolder } from '../../../../infra/local/engine/data-folder.ts';
import { lockFolder } from '../../../../infra/local/engine/folder-lock.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'data-folder-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('a folder that cannot be made is refused with a sentence that says what to do', async () => {
  const file = join(folder, 'a-file');
  await writeFile(file, '');
  for (const path of [file, join(file, 'below'), '/proc/no-such-folder/below']) {
    await expect(openDataFolder(path)).rejects.toThrow(
      new RegExp(
        `^${path} cannot be written to \\(.+\\): set ASTAKE_DATA_DIR to a folder that this user can write to$`,
      ),
    );
  }
});

test('a folder has one process at a time; afterwards it is free, and nothing is left in it', async () => {
  const path = join(folder, 'deep', 'er');
  const unlock = await openDataFolder(path);
  await expect(openDataFolder(path)).rejects.toThrow(`is in use by process ${process.pid}: stop that process`);
  await unlock();
  expect(await readdir(path)).toEqual([]);
  await (await openDataFolder(path))();
});

test.each([
  ['of a process that has ended', JSON.stringify({ pid: 2 ** 22 + 1, began: '1' })],
  ['of another process with the same id', JSON.stringify({ pid: process.pid, began: 'some other time' })],
  ['that is torn', '{"pid":'],
  ['that is empty', ''],
])('a lock %s counts for nothing', async (_, text) => {
  await writeFile(join(folder, 'lock'), text);
  const lock = await lockFolder(folder);
  expect(lock).toEqual({ unlock: expect.any(Function) });
  expect(await readdir(folder)).toEqual(['lock']);
});

test('of many that want a folder with an old lock, one gets it', async () => {
  await writeFile(join(folder, 'lock'), JSON.stringify({ pid: 2 ** 22 + 1, began: '1' }));
  const locks = await Promise.all(Array.from({ length: 10 }, () => lockFolder(folder)));
  expect(locks.filter((lock) => 'unlock' in lock)).toHaveLength(1);
});
