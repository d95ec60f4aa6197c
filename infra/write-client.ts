import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openApi } from '../lib/runtime/contract/openapi.ts';
import { clientContract } from './client-contract.ts';

/** Writes the types and routes of the client from the contract: to be run again when the contract changes. */
writeFileSync(join(import.meta.dirname, '../lib/client/contract.ts'), clientContract(openApi()));
