// IMDB reviews (Maas et al., "Learning Word Vectors for Sentiment Analysis", 2011), read straight from the
// published archive: aclImdb/{train,test}/{pos,neg}/<id>_<rating>.txt.
import { decodeUtf8 } from '../../corpus/utf8.ts';
import { CorpusWarnings } from '../../corpus/warnings.ts';
import { CorpusSourceError, RecordError } from '../../errors.ts';
import type { TextExample } from '../../labelled/examples.ts';
import { removeHtmlBreaks } from '../../labelled/html-breaks.ts';
import { tarMembers } from '../corpus/tar-members.ts';
import { fileBytes, MAX_RECORD_BYTES } from './file-lines.ts';

/** A review. `label` is `pos` or `neg`. */
export interface ImdbExample extends TextExample {
  readonly label: 'pos' | 'neg';
  readonly id: string;
  /** Stars, 1 to 10. */
  readonly rating: number;
  readonly split: 'train' | 'test';
}

export interface ImdbOptions {
  /** Only this part. Default: both, in the order of the archive. */
  readonly split?: 'train' | 'test';
  readonly warnings?: CorpusWarnings;
}

/**
 * The reviews of the archive (`aclImdb_v1.tar.gz`; also .tar and .tar.zst), HTML breaks as line breaks.
 * Members elsewhere than in the four folders (bag-of-words files, unlabelled reviews) are passed over.
 *
 * @throws CorpusSourceError (NO_MATCHING_MEMBER) when the archive holds no review
 */
export async function* readImdb(
  archive: string,
  { split, warnings = new CorpusWarnings() }: ImdbOptions = {},
): AsyncGenerator<ImdbExample> {
  let count = 0;
  const skip = (name: string): void => {
    warnings.add('membersSkipped', `${archive}!${name}`);
  };
  for await (const member of tarMembers(fileBytes(archive), archive, skip)) {
    const place = reviewPlace(member.name);
    if (place === undefined || (split !== undefined && place.split !== split)) continue;
    const source = `${archive}!${member.name}`;
    const text = await wholeText(member.chunks, source, warnings);
    if (text.trim() === '') {
      warnings.add('emptyRecords', source);
      continue;
    }
    count++;
    yield { ...place, text: removeHtmlBreaks(text) };
  }
  if (count > 0) return;
  throw new CorpusSourceError(
    'NO_MATCHING_MEMBER',
    archive,
    `the archive holds no review${split === undefined ? '' : ` of ${split}`}; expected members such as aclImdb/train/pos/0_9.txt.`,
  );
}

/** What a member's path says of the review; undefined when it is none. */
function reviewPlace(name: string): Omit<ImdbExample, 'text'> | undefined {
  const [file = '', label, split] = name.split('/').reverse();
  if (split !== 'train' && split !== 'test') return undefined;
  if (label !== 'pos' && label !== 'neg') return undefined;
  const match = /^(\d+)_(\d+)\.txt$/.exec(file);
  return match === null
    ? undefined
    : { split, label, id: match[1] ?? '', rating: Number(match[2]) };
}

async function wholeText(
  chunks: AsyncIterable<Uint8Array>,
  source: string,
  warnings: CorpusWarnings,
): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > MAX_RECORD_BYTES) {
      throw new RecordError(
        'RECORD_TOO_LONG',
        source,
        1,
        `a review is at most ${MAX_RECORD_BYTES} bytes long.`,
      );
    }
    parts.push(chunk);
  }
  return decodeUtf8(Buffer.concat(parts), (replaced) => {
    warnings.add('invalidUtf8', source, undefined, replaced);
  });
}
