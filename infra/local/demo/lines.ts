const width = 100;

/** Breaks a text into lines of at most 100 columns, at gaps only. */
export function linesOf(text: string, first: string, further: string, gap = ' '): string[] {
  const lines: string[] = [];
  let begin = first;
  let line = '';
  for (const word of text.split(gap)) {
    const longer = line === '' ? begin + word : line + gap + word;
    if (line !== '' && longer.length > width) {
      lines.push(line);
      begin = further;
      line = begin + word;
    } else line = longer;
  }
  return [...lines, line];
}
