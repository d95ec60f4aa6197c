import type { ComponentChildren } from 'preact';
import { CopyButton } from './copy-button.tsx';
import { indentedJson, jsonTokens } from './json-tokens.ts';

/** Beyond this, colours cost more time than they save. */
const mostCharacters = 100_000;

/** A text to read and to copy. What is JSON is indented, and exact. */
export function JsonText({ text, label }: { readonly text: string; readonly label: string }) {
  const tokens = text.length > mostCharacters ? undefined : jsonTokens(text);
  return (
    <Code text={tokens === undefined ? indentedJson(text) : tokens.map((token) => token.text).join('')} label={label}>
      {tokens?.map(({ kind, text: part }) => (kind === 'plain' ? part : <span class={kind}>{part}</span>))}
    </Code>
  );
}

export function Code({
  text,
  label,
  children,
}: {
  readonly text: string;
  readonly label: string;
  readonly children?: ComponentChildren;
}) {
  return (
    <div class="code">
      <CopyButton text={text} label={label} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      {/* biome-ignore lint/a11y/useSemanticElements: it is a text with a name, and no set of fields */}
      <pre role="group" aria-label={label} tabIndex={0}>
        {children ?? text}
      </pre>
    </div>
  );
}
