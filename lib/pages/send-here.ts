export interface ApiCall {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly tookMs: number;
}

/** One request to the host of the page. The browser's cache is passed by: what is shown is what the service has answered. */
export async function sendHere({ method, path, headers, body }: ApiCall, credential: string): Promise<ApiAnswer> {
  const began = performance.now();
  const response = await fetch(path, {
    method,
    // With `no-store` and no header, fetch adds `no-cache`, which has the service ask the chain.
    headers: { 'cache-control': 'no-transform', ...headers, ...authorization(credential) },
    ...(body !== undefined && { body }),
    cache: 'no-store',
    credentials: 'omit',
    redirect: 'error',
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, tookMs: Math.round(performance.now() - began) };
}

const authorization = (credential: string): Readonly<Record<string, string>> =>
  credential === '' ? {} : { authorization: `Bearer ${credential}` };

/** The same call for a shell. The credential is read from a variable, so that it is in no history. */
export function curlOf({ method, path, headers, body }: ApiCall, origin: string, hasCredential: boolean): string {
  const words = [
    `curl -sS ${method === 'GET' ? '' : `-X ${method} `}${quoted(origin + path)}`,
    ...Object.entries(headers).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
    ...(hasCredential ? ['-H "Authorization: Bearer $ASTAKE_KEY"'] : []),
    ...(body === undefined ? [] : [`--data-raw ${quoted(body)}`]),
  ];
  return words.join(' \\\n  ');
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
