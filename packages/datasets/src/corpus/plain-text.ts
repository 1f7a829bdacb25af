// Plain documents: running text that is split into sentences by rule. Documents are separated by blank
// lines, by every line break, or only by files.
import type { SentenceSplitter } from '../sentences/split-sentences.ts';
import type { CorpusDocument } from './document.ts';
import type { DocumentBuilder } from './document-builder.ts';
import type { TextLine } from './read-lines.ts';

/** Where a document of plain text ends: at a blank line, at every line break, or at the end of the file. */
export type DocumentBoundary = 'blank-line' | 'line' | 'file';

export interface PlainTextOptions {
  readonly splitter: SentenceSplitter;
  readonly documentBoundary: DocumentBoundary;
  /** `'boundary'`: a line break ends a sentence. `'space'`: lines are hard-wrapped, sentences run on. */
  readonly lineBreaks: 'boundary' | 'space';
}

/** Hard-wrapped lines are joined up to this length before they are split. */
const MAX_PARAGRAPH_LENGTH = 1 << 20;

/** Documents of running text. */
export async function* plainText(
  lines: AsyncIterable<readonly TextLine[]>,
  builder: DocumentBuilder,
  options: PlainTextOptions,
): AsyncGenerator<CorpusDocument> {
  const paragraph = new Paragraph(builder, options.splitter);
  const joinLines = options.lineBreaks === 'space';
  for await (const batch of lines) {
    for (const line of batch) {
      const isBlank = line.text.trim() === '';
      const endsDocument =
        !line.continued &&
        (options.documentBoundary === 'line' ||
          (isBlank && options.documentBoundary === 'blank-line'));
      if (endsDocument || isBlank || !joinLines) yield* paragraph.finish();
      if (endsDocument) {
        const document = builder.finish();
        if (document !== undefined) yield document;
      }
      if (!isBlank) yield* paragraph.add(line);
    }
  }
  yield* paragraph.finish();
  const last = builder.finish();
  if (last !== undefined) yield last;
}

/** Lines that are split into sentences together. */
class Paragraph {
  private readonly builder: DocumentBuilder;
  private readonly splitter: SentenceSplitter;
  private lines: TextLine[] = [];
  private length = 0;

  constructor(builder: DocumentBuilder, splitter: SentenceSplitter) {
    this.builder = builder;
    this.splitter = splitter;
  }

  *add(line: TextLine): Generator<CorpusDocument> {
    if (this.length + line.text.length > MAX_PARAGRAPH_LENGTH) yield* this.finish();
    this.lines.push(line);
    this.length += line.text.length + 1;
  }

  /** Splits what was gathered; yields documents that became full by it. */
  *finish(): Generator<CorpusDocument> {
    const lines = this.lines;
    if (lines.length === 0) return;
    this.lines = [];
    this.length = 0;
    const text = lines.length === 1 ? (lines[0]?.text ?? '') : lines.map((l) => l.text).join('\n');
    let current = 0;
    let lineEnd = lines[0]?.text.length ?? 0;
    for (const { start, end } of this.splitter(text)) {
      while (start > lineEnd && current + 1 < lines.length) {
        current++;
        lineEnd += 1 + (lines[current]?.text.length ?? 0);
      }
      const place = lines[current];
      const document = this.builder.add(
        text.slice(start, end),
        place?.line ?? 0,
        place?.byteOffset,
      );
      if (document !== undefined) yield document;
    }
  }
}
