import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { watchDisk } from '../../../../infra/local/engine/watch-disk.ts';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

test('a disk that becomes full is reported once, and once when it has room again', async () => {
  const reports: string[] = [];
  let free = 1e9;
  const end = await watchDisk({
    folder: '/data',
    report: (message) => reports.push(message),
    freeBytes: async () => free,
  });
  const pass = () => jest.advanceTimersByTimeAsync(30_000);
  await pass();
  expect(reports).toEqual([]);
  free = 1e6;
  await pass();
  expect(reports).toEqual(['the disk of /data is full (0 MB left), and writes fail or will fail: make room']);
  free = 1e9;
  await pass();
  expect(reports).toEqual([expect.any(String), 'the disk of /data has room again']);
  end();
  free = 0;
  await pass();
  expect(reports).toHaveLength(2);
});
