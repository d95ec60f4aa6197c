/**
 * Control characters, line separators, and what changes the direction of the text around it (Unicode's Bidi_Control): with them,
 * a person who reads a text sees another one.
 */
const deceptive = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

export const isPrintable = (text: string): boolean => text.isWellFormed() && text.search(deceptive) === -1;

/** The text of others, as a line that is shown and stored: each such character as a space. */
export const printable = (text: string): string => text.toWellFormed().replace(deceptive, ' ');
