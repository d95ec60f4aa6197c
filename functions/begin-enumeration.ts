import { invoked } from '../lib/runtime/invocation.ts';
import { beginEnumeration } from '../lib/usecases/collecting/begin-enumeration.ts';

/** The first step: which collections there is something to do about. */
export const handler = invoked((_: unknown, service) => beginEnumeration(service));
