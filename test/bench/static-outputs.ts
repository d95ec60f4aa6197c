import type { Metafile } from 'esbuild';

/** Bytes of the chunks that a cold start loads: the entry and what it imports statically. */
export function staticBytes({ outputs }: Metafile, name: string): number {
  const entry = Object.keys(outputs).find((file) => file.endsWith(`/${name}.mjs`) && outputs[file]?.entryPoint);
  if (entry === undefined) throw new Error(`${name} is not in the bundle`);
  const loaded = new Set([entry]);
  for (const file of loaded) {
    for (const { path, kind, external } of outputs[file]?.imports ?? []) {
      if (kind === 'import-statement' && !external) loaded.add(path);
    }
  }
  return [...loaded].reduce((sum, file) => sum + (outputs[file]?.bytes ?? 0), 0);
}
