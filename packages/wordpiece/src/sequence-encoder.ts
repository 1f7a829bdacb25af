// From one tokenized text or two to Encodings: truncation to windows, then the template around each.
import type { Truncation } from './encode-options.ts';
import type { Encoding, TokenizedText } from './encoding.ts';
import { TokenizerOptionError } from './errors.ts';
import {
  addedTokenCount,
  EncodingAssembler,
  type TemplatePiece,
  type WindowedText,
} from './post-processor.ts';
import { readWindow, tokenWindows, truncatedLengths, type TokenWindow } from './truncation.ts';

/** The texts of one input: the first, and the second of a pair. */
export type TokenizedInput = readonly [TokenizedText, TokenizedText?];

/**
 * @param template of special tokens, for one text or for a pair
 * @param truncation undefined: the texts are kept whole
 * @throws TokenizerOptionError when maxLength has no room for the special tokens, or as truncation says
 */
export function encodeSequences(
  input: TokenizedInput,
  template: readonly TemplatePiece[],
  truncation: Truncation | undefined,
  idToToken: (id: number) => string,
): Encoding {
  const assembler = new EncodingAssembler(idToToken);
  const [first, second] = windowsOf(input, template, truncation);
  const [main, ...more] = combine(first, second);
  if (main === undefined) throw new RangeError('a text has at least one window');
  const overflowing =
    truncation?.returnOverflowing === true
      ? more.map((texts) => assembler.assemble(template, texts))
      : [];
  return assembler.assemble(template, main, overflowing);
}

/** Each text's windows, what is kept first; without truncation, one that shows the text whole. */
function windowsOf(
  [first, second]: TokenizedInput,
  template: readonly TemplatePiece[],
  truncation: Truncation | undefined,
): [WindowedText[], WindowedText[]?] {
  if (truncation === undefined) {
    return second === undefined ? [[whole(first)]] : [[whole(first)], [whole(second)]];
  }
  const { maxLength, side, strategy } = truncation;
  const available = room(template, truncation);
  // The reference stops early in every text but this one.
  const firstRead = readWindow(first, strategy === 'only_second' ? Infinity : maxLength, side);
  const secondRead = second && readWindow(second, maxLength, side);
  const lengths = [lengthOf(firstRead), secondRead && lengthOf(secondRead)] as const;
  const [firstKept, secondKept] = truncatedLengths(lengths, available, strategy);
  const firstWindows = windowsOfText(first, firstRead, firstKept, truncation);
  return second === undefined || secondRead === undefined
    ? [firstWindows]
    : [firstWindows, windowsOfText(second, secondRead, secondKept, truncation)];
}

const whole = (tokenized: TokenizedText): WindowedText => ({
  tokenized,
  window: { from: 0, to: tokenized.ids.length },
});

const lengthOf = ({ from, to }: TokenWindow): number => to - from;

function windowsOfText(
  tokenized: TokenizedText,
  read: TokenWindow,
  size: number,
  { stride, side, returnOverflowing, stopEarly }: Truncation,
): WindowedText[] {
  const { from, to } = stopEarly ? read : { from: 0, to: tokenized.ids.length };
  const windows = tokenWindows(to - from, size, stride, side).map((window) => ({
    tokenized,
    window: { from: from + window.from, to: from + window.to },
  }));
  return returnOverflowing ? windows : windows.slice(0, 1);
}

function room(template: readonly TemplatePiece[], { maxLength }: Truncation): number {
  const added = addedTokenCount(template);
  if (maxLength >= added) return maxLength - added;
  throw new TokenizerOptionError(
    'maxLength',
    `${maxLength} has no room for the ${added} special tokens alone.`,
  );
}

/** What is kept, then every other combination of windows, in the order of the reference. */
function combine(
  first: readonly WindowedText[],
  second: readonly WindowedText[] | undefined,
): [WindowedText, WindowedText?][] {
  if (second === undefined) return first.map((window) => [window]);
  const [kept, ...others] = first.map((a) =>
    second.map((b): [WindowedText, WindowedText] => [a, b]),
  );
  if (kept === undefined) return [];
  return [...kept.slice(0, 1), ...others.flat(), ...kept.slice(1)];
}
