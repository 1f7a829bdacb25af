// Runs the merges without holding up the event loop: between slices of work, timers, signals and the
// caller's progress display get their turn.
import { MergeLearner, type Merge, type MergeOptions } from './merge-learner.ts';
import type { TrainingProgress } from './options.ts';
import type { SymbolCorpus } from './symbol-corpus.ts';
import type { TokenList } from './token-list.ts';

/** How long, in milliseconds, merges run before others get their turn. */
const SLICE = 50;

/** Progress and cancelling, as the caller of training asked for them. */
export interface TrainingControl {
  readonly onProgress: ((progress: TrainingProgress) => void) | undefined;
  readonly signal: AbortSignal | undefined;
}

/**
 * Learns merges until the vocabulary is full or no pair is frequent enough.
 * @returns the merges in the order learned; their tokens are in `tokens`
 */
export async function learnMerges(
  corpus: SymbolCorpus,
  tokens: TokenList,
  options: MergeOptions,
  { onProgress, signal }: TrainingControl,
): Promise<Merge[]> {
  const learner = new MergeLearner(corpus, tokens, options);
  const merges: Merge[] = [];
  let sliceEnd = performance.now() + SLICE;
  for (let merge = learner.next(); merge !== undefined; merge = learner.next()) {
    merges.push(merge);
    if (performance.now() < sliceEnd) continue;
    onProgress?.({ stage: 'merge', done: tokens.size, total: options.vocabSize });
    await nextTurn();
    signal?.throwIfAborted();
    sliceEnd = performance.now() + SLICE;
  }
  onProgress?.({ stage: 'merge', done: tokens.size, total: options.vocabSize });
  return merges;
}

/** Lets the event loop go round once. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
