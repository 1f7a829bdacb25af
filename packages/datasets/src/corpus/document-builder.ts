// Gathers sentences into documents, of bounded length, numbered through the whole corpus.
import type { CorpusDocument, CorpusSentence } from './document.ts';
import { replaceLoneSurrogates } from './utf8.ts';
import type { CorpusWarnings } from './warnings.ts';

/** What the readers of one pass over a corpus share. */
export interface CorpusPass {
  readonly warnings: CorpusWarnings;
  /** Index of the next document. */
  nextDocument: number;
  /** A document grows to at most so many UTF-16 units; a longer one is split and counted. */
  readonly maxDocumentLength: number;
}

/** Builds the documents of one source. */
export class DocumentBuilder {
  /** What the documents are read from. */
  readonly source: string;
  private readonly pass: CorpusPass;
  private sentences: CorpusSentence[] = [];
  private length = 0;
  private built = 0;
  /** The document at hand has been split before. */
  private split = false;

  constructor(source: string, pass: CorpusPass) {
    this.source = source;
    this.pass = pass;
  }

  /** How many documents were built. */
  get count(): number {
    return this.built;
  }

  /**
   * Adds a sentence; blank ones are passed over. Returns the document so far when the sentence would make it
   * too long, and begins another with the sentence.
   */
  add(text: string, line: number, byteOffset: number | undefined): CorpusDocument | undefined {
    const trimmed = replaceLoneSurrogates(text.trim(), (replaced) => {
      this.pass.warnings.add('loneSurrogates', this.source, line, replaced);
    });
    if (trimmed === '') return undefined;
    let full: CorpusDocument | undefined;
    if (this.length > 0 && this.length + trimmed.length > this.pass.maxDocumentLength) {
      if (!this.split) this.pass.warnings.add('documentsSplit', this.source, line);
      full = this.build();
      this.split = true;
    }
    this.sentences.push({ text: trimmed, line, byteOffset });
    this.length += trimmed.length;
    return full;
  }

  /** Ends the document at hand: returns it, or undefined when it has no sentence. */
  finish(): CorpusDocument | undefined {
    const last = this.sentences.length === 0 ? undefined : this.build();
    this.split = false;
    return last;
  }

  private build(): CorpusDocument {
    const document: CorpusDocument = {
      source: this.source,
      index: this.pass.nextDocument++,
      indexInSource: this.built++,
      sentences: this.sentences,
    };
    this.sentences = [];
    this.length = 0;
    return document;
  }
}
