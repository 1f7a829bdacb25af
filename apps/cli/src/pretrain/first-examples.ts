// --max_train_samples. run_mlm.py cuts its list of examples after the first N. Ours are drawn from the documents anew in
// every epoch, so the text is cut: to the first documents that make N examples, the same in every epoch. What an
// epoch draws from them may be some more than that, so it ends after N.
import {
  type DocumentSource,
  type ExampleReference,
  type ExampleStrategy,
  ExampleStream,
  type ExampleStreamOptions,
  ExampleTable,
  Random,
  type TokenizedDocuments,
} from '@malmoi/datasets';

/**
 * The first documents of a corpus that make so many examples, at least as many as the strategy needs. Shards are
 * read until there are enough.
 */
export async function firstDocuments(
  source: DocumentSource,
  strategy: ExampleStrategy,
  maxExamples: number,
): Promise<DocumentSource> {
  const shardDocuments: number[] = [];
  let [examples, documents] = [0, 0];
  const isEnough = (): boolean => examples >= maxExamples && documents >= strategy.minDocuments;
  for (const [shard, count] of source.shardDocuments.entries()) {
    if (isEnough()) break;
    const tokens = await source.load(shard);
    let taken = 0;
    for (; taken < count && !isEnough(); taken++) {
      examples += countExamples(tokens, taken, strategy);
      documents++;
    }
    shardDocuments.push(taken);
  }
  return {
    shardDocuments,
    load: async (shard) => takeFirst(await source.load(shard), shardDocuments[shard] ?? 0),
  };
}

/** Examples that begin in a document; at least one, where the shard has too few documents to draw pairs from. */
function countExamples(
  documents: TokenizedDocuments,
  document: number,
  strategy: ExampleStrategy,
): number {
  if (documents.documentIds.length < strategy.minDocuments) return 1;
  const table = new ExampleTable();
  strategy.addExamples(documents, document, new Random(document), table);
  return table.length;
}

/** A stream whose epochs end after so many examples, or where there are no more. */
export class LimitedExampleStream extends ExampleStream {
  readonly #maxExamples: number;

  constructor(
    source: DocumentSource,
    strategy: ExampleStrategy,
    options: ExampleStreamOptions,
    maxExamples: number,
  ) {
    super(source, strategy, options);
    this.#maxExamples = maxExamples;
  }

  override get description(): Readonly<Record<string, string | number>> {
    return { ...super.description, maxExamples: this.#maxExamples };
  }

  override async next(count: number): Promise<ExampleReference[]> {
    const { epoch, before, position } = this.cursor;
    const left = this.#maxExamples - before - position;
    if (left > 0) return super.next(Math.min(count, left));
    this.seek({ epoch: epoch + 1, window: 0, position: 0, before: 0 });
    return [];
  }
}

/** The first documents of a shard, without copying. */
function takeFirst(
  { tokens, sentenceOffsets, documentOffsets, documentIds, labels }: TokenizedDocuments,
  count: number,
): TokenizedDocuments {
  const sentences = documentOffsets[count] ?? 0;
  return {
    tokens: tokens.subarray(0, sentenceOffsets[sentences] ?? 0),
    sentenceOffsets: sentenceOffsets.subarray(0, sentences + 1),
    documentOffsets: documentOffsets.subarray(0, count + 1),
    documentIds: documentIds.subarray(0, count),
    ...(labels === undefined ? {} : { labels: labels.subarray(0, count) }),
  };
}
