/** An origin as browsers send it (RFC 6454): scheme and host in lower case, no default port, no path. `*` is any origin. */
export const isOrigin = (text: string): boolean =>
  text === '*' || (/^https?:\/\/[^*]+$/.test(text) && URL.canParse(text) && new URL(text).origin === text);
