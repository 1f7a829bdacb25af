// A folder for one test file, removed at its end, and a small Korean corpus in it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll } from '@jest/globals';

/** Makes a folder that is removed after the tests of this file. @returns paths inside it */
export function temporaryFolder(): (...names: string[]) => string {
  const folder = mkdtempSync(join(tmpdir(), 'malmoi-cli-'));
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return (...names) => join(folder, ...names);
}

const SUBJECTS = ['어머니는', '아이는', '선생님은', '농부는', '바람은', '고양이는'];
const OBJECTS = ['밥을', '책을', '말을', '사전을', '노래를'];
const VERBS = ['모은다.', '찾는다.', '기다린다.', '좋아한다.'];

/** Sentences, one on each line, in documents of four. */
export function koreanText(): string {
  const lines: string[] = [];
  for (const subject of SUBJECTS) {
    for (const object of OBJECTS) {
      for (const verb of VERBS) lines.push(`${subject} ${object} ${verb}`);
      lines.push('');
    }
  }
  return lines.join('\n');
}

/** Writes {@link koreanText} to a file. @returns its path */
export function writeKoreanText(path: string): string {
  writeFileSync(path, koreanText());
  return path;
}
