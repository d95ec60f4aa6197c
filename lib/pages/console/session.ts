import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { ClientError, createClient, type LookupClient, RefusedError, type Schemas } from '../../client/index.ts';

/** What one credential may do, and the requests that are sent with it. It lives in memory alone: closing the page ends it. */
export interface Session {
  readonly principal: Schemas['Principal'];
  /** Else it only reads. */
  readonly isOperator: boolean;
  /** Asks the service. A credential that is no longer valid, or has lost a role, ends the session. Throws a ClientError. */
  call<T>(ask: (client: LookupClient) => Promise<T>): Promise<T>;
}

/** Throws a ClientError: the credential is not valid, or may not read what operators read. `onEnd`: the service refuses it later. */
export async function openSession(credential: string, onEnd: (reason: ClientError) => void): Promise<Session> {
  // A header has no other characters; fetch would throw an error of its own.
  if (!/^[\x21-\x7e]+$/.test(credential))
    throw new ClientError('this is not a key or a token', { code: 'unauthenticated' });
  const client = createClient({
    url: location.origin,
    token: credential,
    // Views ask again by themselves.
    retries: 0,
    readOwnWrites: false,
    cacheEntries: 0,
  });
  const principal = await client.getPrincipal();
  const stillMay = async (): Promise<boolean> => {
    const now = await client.getPrincipal().catch((error: unknown) => error);
    // Only a refusal says that the credential has changed.
    if (now instanceof ClientError) return !isRefusal(now);
    return principal.roles.every((role) => (now as Schemas['Principal']).roles.includes(role));
  };
  return {
    principal,
    isOperator: principal.roles.includes('operator'),
    async call(ask) {
      try {
        return await ask(client);
      } catch (error) {
        if (
          error instanceof ClientError &&
          isRefusal(error) &&
          (error.code === 'unauthenticated' || !(await stillMay()))
        )
          onEnd(error);
        throw error;
      }
    },
  };
}

/**
 * Whether operators use IAM here, asked without a credential: then the gateway refuses by itself. Elsewhere it lets every request pass
 * (rule ACCESS-26), and the refusal is the service's own.
 */
export async function usesIam(): Promise<boolean> {
  try {
    await createClient({ url: location.origin, retries: 0 }).getPrincipal();
    return false;
  } catch (error) {
    return error instanceof RefusedError && error.status === 403 && error.problem.code === undefined;
  }
}

const isRefusal = ({ code }: ClientError): boolean => code === 'unauthenticated' || code === 'forbidden';

export const SessionContext = createContext<Session | undefined>(undefined);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === undefined) throw new Error('a view needs a session');
  return session;
}
