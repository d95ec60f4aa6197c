/** RFC 4648, 4: with what browsers have too. For a few bytes. */
export const base64Of = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));
