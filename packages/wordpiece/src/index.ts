// @malmoi/wordpiece: everything that runs in browsers as well as in Node.js.
export { CharacterClass, CharacterTable, type CharacterOptions } from './characters.ts';
export {
  CorpusError,
  SaveError,
  TokenizerFileError,
  TokenizerOptionError,
  UnsupportedTokenizerError,
  VocabularyError,
  WordPieceError,
  WorkerDiedError,
  type FilePlace,
} from './errors.ts';
