// Messages of packages speak of their options; users of the command know flags.

/** Options of the packages that are flags here; one is written `vocabSize` there and `--vocab_size` here. */
const OPTIONS = [
  // Corpora and vocabularies
  ...['vocabSize', 'minFrequency', 'limitAlphabet', 'specialTokens', 'stripAccents', 'textColumn'],
  ...['overwriteCache', 'minDocumentCharacters', 'validationSplitPercentage', 'maxSeqLength'],
  ...['tokensPerShard', 'mlmProbability'],
  // Models
  ...['hiddenSize', 'numHiddenLayers', 'numAttentionHeads', 'intermediateSize'],
  ...['hiddenDropoutProb', 'attentionProbsDropoutProb', 'initializerRange'],
  // Training
  ...['perDeviceTrainBatchSize', 'gradientAccumulationSteps', 'numTrainEpochs', 'maxSteps'],
  ...['initialBatchSize', 'batchSizeWarmupSteps'],
  ...['learningRate', 'lrSchedulerType', 'warmupSteps', 'weightDecay', 'maxGradNorm'],
  ...['adamBeta1', 'adamBeta2', 'adamEpsilon', 'loggingSteps', 'evalStrategy', 'evalSteps'],
  ...['saveStrategy', 'saveSteps', 'saveTotalLimit', 'loadBestModelAtEnd', 'metricForBestModel'],
  ...['greaterIsBetter', 'overwriteOutputDir', 'resumeFromCheckpoint'],
] as const;

/** `vocabSize` -> `--vocab_size`. */
function flagOf(option: string): string {
  return `--${option.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`;
}

/** A message of a package, with its options under the names that they have on the command line. */
export function inFlags(message: string): string {
  const named = OPTIONS.reduce(
    (text, option) => text.replaceAll(new RegExp(`\\b${option}\\b`, 'g'), flagOf(option)),
    message,
  );
  return named
    .replaceAll("normalization: 'NFC'", '--normalization NFC')
    .replaceAll('truncation: true', '--truncation')
    .replaceAll('the option format', '--format');
}
