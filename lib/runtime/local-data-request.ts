import { InvalidRequest, LookupError } from '../domain/errors.ts';
import { parseAsWritten } from '../domain/exact-json.ts';
import { isThere, type LocalData, type LocalPlace } from '../domain/local-data.ts';
import { mayAct } from '../domain/principal.ts';
import { scanJson } from '../domain/scan-json.ts';
import { lacksRole, missing, NotAdmitted } from './access/admit.ts';
import { refOf } from './entity-route.ts';
import { areTags, matchesStrongly, matchesWeakly } from './entity-tag.ts';
import type { Request } from './http.ts';
import type { Running } from './service.ts';

const maxBytes = 16 * 1024;
const maxDepth = 32;

/** The place that a request names, also where reads are open to anyone (rule LOCAL-1). Throws NotAdmitted; InvalidId. */
export function localPlaceOf(request: Request, { definitions }: Pick<Running, 'definitions'>): LocalPlace {
  const { principal } = request;
  if (principal.kind === 'anonymous') throw missing();
  if (!mayAct(principal, 'reader')) throw lacksRole('reader');
  if (principal.application === null)
    throw new NotAdmitted(
      'forbidden',
      'the credential is of no application, and only an application has local data: a key is made with its "application"',
      { error: 'insufficient_scope' },
    );
  return { application: principal.application, ref: refOf(request, definitions) };
}

/**
 * The JSON object of a body, without the space between its parts: every number as it was written (rule LOCAL-4). Throws `too_large`,
 * `unsupported_media_type` and InvalidRequest.
 */
export function localTextOf(request: Pick<Request, 'jsonText'>): string {
  const text = request.jsonText(maxBytes);
  const { depth, repeated } = scanJson(text);
  if (depth > maxDepth) throw invalid(`must not be nested deeper than ${maxDepth} levels`);
  if (repeated !== undefined) throw invalid(`has the member ${JSON.stringify(repeated.slice(0, 40))} twice`);
  // By the text: a bare number that keeps its digits is an object of JavaScript too.
  if (!text.trimStart().startsWith('{')) throw invalid('must be a JSON object');
  const value = parseAsWritten(text);
  const compact = JSON.stringify(value);
  if (hasLoneSurrogate(value)) throw invalid('has a string that is not well-formed Unicode');
  return compact;
}

function hasLoneSurrogate(value: unknown): boolean {
  if (typeof value === 'string') return !value.isWellFormed();
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([name, part]) => !name.isWellFormed() || hasLoneSurrogate(part));
}

const invalid = (message: string): InvalidRequest => new InvalidRequest([{ path: 'body', message }]);

/** Strong: the digest of the value. */
export const localTag = (digest: string): string => `"${digest}"`;

/** RFC 9110, 13.2.2. Throws `precondition_failed`; InvalidRequest for what is no list of tags, which would never hold. */
export function admitByTags({ headers }: Pick<Request, 'headers'>, current: LocalData | undefined): void {
  const tag = isThere(current) ? localTag(current.digest) : undefined;
  const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch } = headers;
  const malformed = [
    { path: 'If-Match', tags: ifMatch },
    { path: 'If-None-Match', tags: ifNoneMatch },
  ].filter(({ tags }) => tags !== undefined && !areTags(tags));
  if (malformed.length > 0)
    throw new InvalidRequest(
      malformed.map(({ path }) => ({ path, message: 'must be * or tags in double quotes, as ETag gives them' })),
    );
  if (ifMatch !== undefined && (tag === undefined || !matchesStrongly(ifMatch, tag)))
    throw failed(
      tag === undefined
        ? 'If-Match: there is no data'
        : 'If-Match: the data has another ETag; read it with GET, and send the ETag of that answer',
    );
  if (ifNoneMatch !== undefined && tag !== undefined && matchesWeakly(ifNoneMatch, tag))
    throw failed('If-None-Match: there is such data already; to change it, send its ETag as If-Match');
}

const failed = (message: string): LookupError => new LookupError('precondition_failed', message);
