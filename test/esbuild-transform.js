import { createHash } from 'node:crypto';
import { transformSync } from 'esbuild';

const options = { loader: 'ts', format: 'esm', target: 'node22', sourcemap: 'inline' };

export default {
  getCacheKey: (source) => createHash('sha256').update(source).update(JSON.stringify(options)).digest('hex'),
  process: (source, sourcefile) => transformSync(source, { ...options, sourcefile }),
};
