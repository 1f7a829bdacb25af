// Reads the compact strings of character-data.ts. Their grammar stands in the generator,
// tools/parity/generate_characters.py: numbers in base 36, words separated by white space.

const number = (digits: string | undefined, otherwise: number): number =>
  digits === undefined ? otherwise : parseInt(digits, 36);

const words = (text: string): string[] => text.trim().split(/\s/);

/** Code points from `first` to `last`, both included. */
export interface CodePointRange {
  readonly first: number;
  readonly last: number;
}

/** `gap[.extra]` ranges, ascending. */
export function readRanges(text: string): CodePointRange[] {
  let end = 0;
  return words(text).map((word) => {
    const [gap, extra] = word.split('.');
    const first = end + number(gap, 0);
    end = first + number(extra, 0);
    return { first, last: end };
  });
}

/** Calls back for every code point of `gap[.extra]` ranges, in ascending order. */
export function forEachInRanges(text: string, callback: (codePoint: number) => void): void {
  for (const { first, last } of readRanges(text)) {
    for (let codePoint = first; codePoint <= last; codePoint++) callback(codePoint);
  }
}

/** `gap.delta[.count[.step]]`: source -> one target. */
export function readMapping(text: string): Map<number, readonly number[]> {
  const mapping = new Map<number, readonly number[]>();
  let last = 0;
  for (const word of words(text)) {
    const [gap, delta, count, step] = word.split('.');
    last += number(gap, 0);
    for (let left = number(count, 1); left > 0; left--) {
      mapping.set(last, [last + number(delta, 0)]);
      if (left > 1) last += number(step, 1);
    }
  }
  return mapping;
}

/** `source>first[+second...]`: source -> a sequence. */
export function readSequences(text: string): Map<number, readonly number[]> {
  const sequences = new Map<number, readonly number[]>();
  for (const word of words(text)) {
    const [source, targets = ''] = word.split('>');
    sequences.set(
      number(source, 0),
      targets.split('+').map((target) => number(target, 0)),
    );
  }
  return sequences;
}
