// Reads the hand-written cases of test/fixtures/sentences: see the first lines of each file.
import { readFileSync } from 'node:fs';

export interface SentenceCase {
  /** The heading it stands under. */
  readonly heading: string;
  /** The line as it is written. */
  readonly written: string;
  readonly text: string;
  readonly sentences: readonly string[];
}

/** The cases of a language. */
export function sentenceCases(language: 'korean' | 'english'): SentenceCase[] {
  const file = new URL(`./fixtures/sentences/${language}.txt`, import.meta.url);
  const cases: SentenceCase[] = [];
  let heading = '';
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    if (line.startsWith('# ')) heading = line.slice(2);
    else if (line !== '') {
      cases.push({
        heading,
        written: line,
        text: line.replaceAll(' ⏎ ', '\n').replaceAll(' ‖ ', ' ').replaceAll('‖', ''),
        sentences: line.split(/ ⏎ | ‖ |‖/),
      });
    }
  }
  return cases;
}
