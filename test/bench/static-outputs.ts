import type { Metafile } from 'esbuild';
import { staticOutputs } from '../../infra/build.ts';

/** Bytes of the files that a cold start loads. */
export function staticBytes(metafile: Metafile, name: string): number {
  const files = staticOutputs(metafile, name);
  if (files.length === 0) throw new Error(`${name} is not in the bundle`);
  return files.reduce((sum, file) => sum + (metafile.outputs[file]?.bytes ?? 0), 0);
}
