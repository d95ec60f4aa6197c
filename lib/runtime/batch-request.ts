import * as z from 'zod/mini';

/** The parts of `POST /v1/lookup`. The contract describes them; readers start without the contract. */
export const refKind = z.string().check(z.maxLength(40));
export const refId = z.string().check(z.minLength(1), z.maxLength(400));
export const refList = <Ref extends z.ZodMiniType>(ref: Ref) => z.array(ref).check(z.minLength(1), z.maxLength(100));

/** The body of `POST /v1/lookup`. The kind of each entity checks its id. */
export const batchBody = z.strictObject({ refs: refList(z.strictObject({ kind: refKind, id: refId })) });

/** Of a body with as many entities as it may have. */
export const maxBatchBytes = 128 * 1024;
