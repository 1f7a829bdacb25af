// The embedded sample corpus as a user reads it: documents of one split.
import { generateDocuments, type SampleEntities } from './corpus.ts';
import { SampleError } from './errors.ts';

/** Which part of the corpus: what a model is trained on, or what is held out. */
export type SampleSplit = 'train' | 'validation';

export interface SampleCorpusOptions {
  readonly split: SampleSplit;
  /** Names the corpus: another seed gives other documents on the same facts. Default 1446. */
  readonly seed?: number;
  /** How many documents both splits have together. Default 5,600. */
  readonly documents?: number;
  /**
   * What the documents are about besides everyday scenes: the entities that everybody speaks of, so that a
   * small model can learn each of them in a minute, or all of the tables. Default `well-known`.
   */
  readonly entities?: SampleEntities;
}

/** The corpus that the golden hash of the tests stands for: 1446, the year of Hunminjeongeum. */
export const DEFAULT_SAMPLE_SEED = 1446;
export const DEFAULT_SAMPLE_DOCUMENTS = 5600;

/** Every twentieth document is held out. */
const VALIDATION_EVERY = 20;

/**
 * The documents of the embedded Korean sample corpus, each an array of 4 to 12 sentences. The same
 * options give the same bytes on every machine; no two documents are equal, within a split or across.
 *
 * @throws SampleError for a split, entities, seed or number of documents that do not exist.
 */
export function* sampleCorpus(options: SampleCorpusOptions): Generator<readonly string[]> {
  const { split, seed = DEFAULT_SAMPLE_SEED, documents = DEFAULT_SAMPLE_DOCUMENTS } = options;
  const { entities = 'well-known' } = options;
  checkOptions(split, seed, documents, entities);
  let index = 0;
  for (const { sentences } of generateDocuments(seed, entities)) {
    const heldOut = index % VALIDATION_EVERY === VALIDATION_EVERY - 1;
    if (heldOut === (split === 'validation')) yield sentences;
    index++;
    if (index === documents) return;
  }
}

function checkOptions(split: string, seed: number, documents: number, entities: string): void {
  if (split !== 'train' && split !== 'validation') {
    throw new SampleError(`split must be "train" or "validation", got ${JSON.stringify(split)}.`);
  }
  if (entities !== 'well-known' && entities !== 'all') {
    throw new SampleError(
      `entities must be "well-known" or "all", got ${JSON.stringify(entities)}.`,
    );
  }
  if (!Number.isSafeInteger(seed)) {
    throw new SampleError(`seed must be an integer, got ${seed}.`);
  }
  if (!Number.isSafeInteger(documents) || documents < VALIDATION_EVERY || documents > 20_000) {
    throw new SampleError(
      `documents must be an integer from ${VALIDATION_EVERY} (so that one is held out) to 20000, got ${documents}.`,
    );
  }
}
