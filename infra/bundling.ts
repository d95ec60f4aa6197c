import { resolve } from 'node:path';
import type { BuildOptions } from 'esbuild';

/** How code for Lambda is bundled: with splitting, so that a dynamic import (casper-js-sdk) is a chunk that a cold start does not load. */
export const bundling = {
  absWorkingDir: resolve(import.meta.dirname, '..'),
  bundle: true,
  splitting: true,
  format: 'esm',
  chunkNames: 'chunks/[name]-[hash]',
  platform: 'node',
  target: 'node24',
  mainFields: ['module', 'main'],
  // Bundled CommonJS packages call `require` for Node's own modules. ESM has no `require`.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module';const require = __createRequire(import.meta.url);",
  },
  minify: true,
  // Without the sources themselves: a stack needs names and lines.
  sourcemap: 'linked',
  sourcesContent: false,
  legalComments: 'none',
  logLevel: 'warning',
} as const satisfies BuildOptions;
