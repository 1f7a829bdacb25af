// The architectures by the names transformers gives them in config.json.

/** Class names of transformers that Malmoi has. */
export const architectureNames = [
  'BertModel',
  'BertForPreTraining',
  'BertForMaskedLM',
  'BertForNextSentencePrediction',
  'BertForSequenceClassification',
  'BertForTokenClassification',
  'BertForQuestionAnswering',
] as const;

/** One of {@link architectureNames}. */
export type ArchitectureName = (typeof architectureNames)[number];

/** A name that is no architecture of Malmoi. */
export class UnknownArchitectureError extends Error {
  override readonly name = 'UnknownArchitectureError';
  readonly architecture: string;

  constructor(architecture: string) {
    super(
      `There is no architecture "${architecture}"; Malmoi has ${architectureNames.join(', ')}.`,
    );
    this.architecture = architecture;
  }
}

/** Whether Malmoi has the architecture. */
export function isArchitectureName(name: string): name is ArchitectureName {
  return architectureNames.some((candidate) => candidate === name);
}
