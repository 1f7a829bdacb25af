// What counting has to know of every character, worked out once for all threads.
import { CharacterTable } from '../characters.ts';
import { withNfcSuspects } from './nfc.ts';
import type { TrainedWordPieceOptions } from './options.ts';

export interface ScanSetup {
  /** The rules of BERT's basic tokenizer. */
  readonly characters: CharacterTable;
  /** `[0x110000]`: what withNfcSuspects gives, for the scanner. */
  readonly classes: Uint8Array<ArrayBuffer>;
}

export function prepareScan(options: TrainedWordPieceOptions): ScanSetup {
  const characters = new CharacterTable(options);
  return {
    characters,
    classes: withNfcSuspects(characters.classes, options.normalization === 'NFC'),
  };
}
