import { hasEngine } from '../../infra/local/engine/find-program.ts';

/** False where no database engine is packaged, and with ASTAKE_STORE=memory: then the tests run on the store in memory. */
export const runsOnEngine = process.env.ASTAKE_STORE !== 'memory' && hasEngine();
