/** Any value as the service gives it. */
export function Value({ of: value }: { readonly of: unknown }) {
  return typeof value === 'object' && value !== null ? (
    <pre class="value">{valueText(value)}</pre>
  ) : (
    <code class="value">{valueText(value)}</code>
  );
}

const valueText = (value: unknown): string => {
  if (typeof value === 'bigint' || typeof value === 'string') return String(value);
  return JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? String(part) : part), 2) ?? 'nothing';
};

/** The beginning and the end of a long id; the whole of it for the pointer. */
export function Short({ of: id }: { readonly of: string }) {
  const short = id.replace(/([0-9a-f]{6})[0-9a-f]{20,}([0-9a-f]{6})/g, '$1…$2');
  return (
    <span class="id" title={short === id ? undefined : id}>
      {short}
    </span>
  );
}
