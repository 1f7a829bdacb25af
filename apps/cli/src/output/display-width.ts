// How many columns a text takes in a terminal: Hangul and other East Asian wide characters take two, combining
// marks none (Unicode's East Asian Width, W and F).

const WIDE: readonly (readonly [first: number, last: number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1faff],
  [0x20000, 0x3fffd],
];

const MARK = /^\p{M}$/u;

/** Columns of a text. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x300) width += 1;
    else if (WIDE.some(([first, last]) => code >= first && code <= last)) width += 2;
    else if (!MARK.test(character)) width += 1;
  }
  return width;
}
