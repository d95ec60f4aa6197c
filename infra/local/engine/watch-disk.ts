import { statfs } from 'node:fs/promises';
import type { EngineReport } from './supervise.ts';

export interface DiskWatch {
  readonly folder: string;
  /** Gets a line when room becomes short, and when there is room again. */
  readonly report: EngineReport;
  /** Bytes that are free for this user. */
  readonly freeBytes?: (folder: string) => Promise<number>;
}

/** An engine needs room for its journal before it can say what failed. */
const leastBytes = 32 * 1024 * 1024;
const everyMs = 10_000;

/**
 * Reports when the disk of the folder is nearly full. An engine on a full disk refuses each write with an error that does not
 * name the cause. Resolves after the first look with a function that ends the watch.
 */
export async function watchDisk({ folder, report, freeBytes = freeOn }: DiskWatch): Promise<() => void> {
  let isShort = false;
  async function look(): Promise<void> {
    const free = await freeBytes(folder).catch(() => Number.POSITIVE_INFINITY);
    if (free < leastBytes && !isShort) {
      const left = `${Math.floor(free / 1024 / 1024)} MB`;
      report(`the disk of ${folder} is full (${left} left), and writes fail or will fail: make room`);
    }
    if (free >= leastBytes && isShort) report(`the disk of ${folder} has room again`, true);
    isShort = free < leastBytes;
  }
  await look();
  const timer = setInterval(() => void look(), everyMs).unref();
  return () => clearInterval(timer);
}

async function freeOn(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}
