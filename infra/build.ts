import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { buildPages } from './build-pages.ts';
import { buildWeb } from './build-web.ts';
import { bundling } from './bundling.ts';
import { functionDefinition, functionNames } from './manifest.ts';

export interface Bundle {
  readonly sources: string;
  readonly names: readonly string[];
  /** Those that share no chunk with the others: what only they need of a shared library is not loaded elsewhere. */
  readonly apart?: readonly string[];
  readonly outdir: string;
  /** Where esbuild's metafile is written. The bench and the tests read from it what a cold start loads. */
  readonly meta: string;
}

const root = resolve(import.meta.dirname, '..');

export const functionsBundle: Bundle = {
  sources: join(root, 'functions'),
  names: functionNames,
  // S3 and CloudWatch bring protocols of the SDK with them that the others do not speak.
  apart: functionNames.filter((name) => {
    const { headDigests, readsMetrics } = functionDefinition(name);
    return headDigests !== undefined || readsMetrics === true;
  }),
  outdir: join(root, 'dist/functions'),
  meta: join(root, 'dist/meta.json'),
};

/**
 * Bundles all handlers in one esbuild run, and those apart in another. With splitting, handlers share chunks, and a dynamic import (casper-js-sdk) gets a
 * chunk of its own that a cold start does not load.
 */
export async function bundle({ sources, names, apart = [], outdir, meta }: Bundle): Promise<Metafile> {
  const missing = names.map((name) => join(sources, `${name}.ts`)).filter((file) => !existsSync(file));
  if (missing.length > 0) throw new Error(`The manifest names functions that do not exist: ${missing.join(', ')}`);
  rmSync(outdir, { recursive: true, force: true });
  const together = await buildHandlers(
    names.filter((name) => !apart.includes(name)),
    { sources, outdir },
  );
  const others = apart.length === 0 ? undefined : await buildHandlers(apart, { sources, outdir });
  const metafile = {
    inputs: { ...together.inputs, ...others?.inputs },
    outputs: { ...together.outputs, ...others?.outputs },
  };
  // Where the function finds them on Lambda.
  await buildPages(join(outdir, 'pages'));
  mkdirSync(dirname(meta), { recursive: true });
  writeFileSync(meta, JSON.stringify(metafile));
  return metafile;
}

async function buildHandlers(
  names: readonly string[],
  { sources, outdir }: Pick<Bundle, 'sources' | 'outdir'>,
): Promise<Metafile> {
  const { metafile } = await build({
    ...bundling,
    entryPoints: names.map((name) => ({ in: join(sources, `${name}.ts`), out: name })),
    outdir,
    outExtension: { '.js': '.mjs' },
    metafile: true,
  });
  for (const file of foreignMaps(metafile)) rmSync(join(root, file));
  return metafile;
}

/** Of chunks without a file of this project: half of all bytes, which no stack of a defect needs. */
const foreignMaps = ({ outputs }: Metafile): string[] =>
  Object.entries(outputs).flatMap(([file, { inputs }]) =>
    Object.keys(inputs).every((input) => input.includes('node_modules/')) && `${file}.map` in outputs
      ? [`${file}.map`]
      : [],
  );

/** The files that a function's cold start loads: its entry and what that imports, except dynamically. */
export function staticOutputs({ outputs }: Metafile, name: string): string[] {
  const entry = Object.keys(outputs).find((file) => file.endsWith(`/${name}.mjs`) && outputs[file]?.entryPoint);
  const loaded = new Set(entry === undefined ? [] : [entry]);
  for (const file of loaded) {
    for (const { path, kind, external } of outputs[file]?.imports ?? []) {
      if (kind === 'import-statement' && !external) loaded.add(path);
    }
  }
  return [...loaded];
}

/** The source files of those. */
export const staticInputs = (metafile: Metafile, name: string): string[] =>
  staticOutputs(metafile, name).flatMap((file) => Object.keys(metafile.outputs[file]?.inputs ?? {}));

if (import.meta.main) {
  try {
    await bundle(functionsBundle);
    await buildWeb();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
