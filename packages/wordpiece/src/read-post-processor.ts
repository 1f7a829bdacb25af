// The `post_processor` of a tokenizer.json: BertProcessing or TemplateProcessing, or none.
import { UnsupportedTokenizerError } from './errors.ts';
import type { JsonValue } from './json-value.ts';
import {
  bertPostProcessor,
  PLAIN_POST_PROCESSOR,
  type PostProcessor,
  type TemplatePiece,
} from './post-processor.ts';

/**
 * @param vocabSize ids of special tokens must be below it
 * @throws UnsupportedTokenizerError for another kind, or a template that leaves a text out
 * @throws TokenizerFileError for members that are missing or of the wrong type
 */
export function readPostProcessor(processor: JsonValue, vocabSize: number): PostProcessor {
  if (processor.isMissing) return PLAIN_POST_PROCESSOR;
  const type = processor.get('type').string();
  if (type === 'BertProcessing') {
    return bertPostProcessor(
      readTokenAndId(processor.get('cls'), vocabSize),
      readTokenAndId(processor.get('sep'), vocabSize),
    );
  }
  if (type === 'TemplateProcessing') {
    const special = processor.get('special_tokens');
    return {
      single: readTemplate(processor.get('single'), special, vocabSize, ['A']),
      pair: readTemplate(processor.get('pair'), special, vocabSize, ['A', 'B']),
    };
  }
  throw new UnsupportedTokenizerError(
    processor.file,
    processor.path,
    `expected BertProcessing or TemplateProcessing, found ${type}.`,
  );
}

function readTokenAndId(value: JsonValue, vocabSize: number): { token: string; id: number } {
  const [token, id] = value.items();
  if (token === undefined || id === undefined) return value.fail('expected [token, id].');
  return { token: token.string(), id: readId(id, vocabSize) };
}

function readId(value: JsonValue, vocabSize: number): number {
  const id = value.count();
  return id < vocabSize ? id : value.fail(`id ${id} is not in the vocabulary of ${vocabSize}.`);
}

/** @param texts which texts must stand in the template, each once, in any order */
function readTemplate(
  template: JsonValue,
  special: JsonValue,
  vocabSize: number,
  texts: readonly ('A' | 'B')[],
): TemplatePiece[] {
  const pieces = template.items().map((piece) => readPiece(piece, special, vocabSize));
  const found = pieces.flatMap((piece) => ('sequence' in piece ? [piece.sequence] : []));
  if (found.toSorted().join() !== texts.join()) {
    throw new UnsupportedTokenizerError(
      template.file,
      template.path,
      `expected each of the texts ${texts.join(' and ')} once, found [${found.join(', ')}].`,
    );
  }
  return pieces;
}

function readPiece(piece: JsonValue, special: JsonValue, vocabSize: number): TemplatePiece {
  const sequence = piece.get('Sequence');
  if (!sequence.isMissing) {
    const id = sequence.get('id').string();
    if (id !== 'A' && id !== 'B') return sequence.get('id').fail(`expected A or B, found ${id}.`);
    return { sequence: id, typeId: sequence.get('type_id').count() };
  }
  const token = piece.get('SpecialToken');
  const name = token.get('id').string();
  const definition = special.get(name);
  if (definition.isMissing) definition.fail('the template names a token that is not defined here.');
  return {
    specialToken: name,
    ids: definition
      .get('ids')
      .items()
      .map((id) => readId(id, vocabSize)),
    typeId: token.get('type_id').count(),
  };
}
