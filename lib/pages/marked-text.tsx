/** The marks that texts of the contract use: paragraphs, `code` and **bold**. */
export function MarkedText({ text }: { readonly text: string }) {
  return (
    <>
      {text.split('\n\n').map((paragraph) => (
        <p key={paragraph}>{marks(paragraph)}</p>
      ))}
    </>
  );
}

const marks = (text: string) =>
  text.split(/(`[^`]+`|\*\*[^*]+\*\*)/).map((part) => {
    if (part.startsWith('`') && part.length > 2) return <code>{part.slice(1, -1)}</code>;
    return part.startsWith('**') && part.length > 4 ? <strong>{part.slice(2, -2)}</strong> : part;
  });
