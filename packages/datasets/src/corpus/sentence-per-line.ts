// BERT's own input format: one sentence per line, a blank line between documents
// (google-research/bert, create_pretraining_data.py).
import type { CorpusDocument } from './document.ts';
import type { DocumentBuilder } from './document-builder.ts';
import type { TextLine } from './read-lines.ts';

/** Documents of a file with one sentence per line and blank lines between documents. */
export async function* sentencePerLine(
  lines: AsyncIterable<readonly TextLine[]>,
  builder: DocumentBuilder,
): AsyncGenerator<CorpusDocument> {
  for await (const batch of lines) {
    for (const { text, line, byteOffset, continued } of batch) {
      const isBlank = text.trim() === '';
      if (isBlank && continued) continue;
      const document = isBlank ? builder.finish() : builder.add(text, line, byteOffset);
      if (document !== undefined) yield document;
    }
  }
  const last = builder.finish();
  if (last !== undefined) yield last;
}
