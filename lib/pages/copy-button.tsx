import { useState } from 'preact/hooks';

/** Says that it has copied, until one goes on. */
export function CopyButton({ text, label }: { readonly text: string; readonly label: string }) {
  const [said, setSaid] = useState('');
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setSaid('Copied');
    } catch {
      setSaid('The browser does not allow it: select the text');
    }
  };
  return (
    <span class="copy">
      <span role="status">{said}</span>
      <button type="button" onClick={copy} onBlur={() => setSaid('')}>
        Copy<span class="hidden"> {label}</span>
      </button>
    </span>
  );
}
