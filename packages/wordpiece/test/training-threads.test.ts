// Counting threads that die, and cancelling: the promise always settles and no thread stays behind.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

import { WorkerDiedError } from '../src/errors.ts';
import { planRanges } from '../src/node/corpus-files.ts';
import { countFiles } from '../src/node/count-files.ts';
import { trainWordPiece } from '../src/node/train-wordpiece.ts';
import { trainWordPiece as trainOnTexts } from '../src/train/train-wordpiece.ts';

const worker = (name: string): URL => new URL(`fixtures/training/${name}.mjs`, import.meta.url);
/** Handles that keep the process alive; a running thread is one. */
const threads = (): number =>
  process.getActiveResourcesInfo().filter((resource) => resource === 'MessagePort').length;

let folder: string;
let path: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'malmoi-threads-'));
  path = join(folder, 'corpus.txt');
  writeFileSync(path, '말을 모은 것이 말모이다. '.repeat(400_000));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

jest.setTimeout(60_000);

describe('a thread that dies rejects instead of hanging', () => {
  test.each([
    ['exits', 'exiting-worker', /ended early, with exit code 3/],
    ['throws', 'throwing-worker', /failed: Array buffer allocation failed/],
  ])('it %s', async (_, name, message) => {
    const before = threads();
    const counted = countFiles(planRanges([path]), new Uint8Array(4), {
      threads: 2,
      worker: worker(name),
      onProgress: undefined,
      signal: undefined,
    });
    await expect(counted).rejects.toThrow(WorkerDiedError);
    await expect(counted).rejects.toThrow(message);
    expect(threads()).toBe(before);
  });
});

describe('an abort signal', () => {
  test('ends threads that never answer', async () => {
    const before = threads();
    const controller = new AbortController();
    const counted = countFiles(planRanges([path]), new Uint8Array(4), {
      threads: 2,
      worker: worker('silent-worker'),
      onProgress: undefined,
      signal: controller.signal,
    });
    setTimeout(() => {
      controller.abort();
    }, 0);
    await expect(counted).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
    expect(threads()).toBe(before);
  });

  test('aborted beforehand: nothing is read', async () => {
    const reason = new Error('not today');
    const options = { signal: AbortSignal.abort(reason) };
    await expect(trainWordPiece({ files: 'missing.txt' }, options)).rejects.toBe(reason);
    await expect(trainOnTexts(['텍스트'], options)).rejects.toBe(reason);
  });

  test('while files are counted', async () => {
    const before = threads();
    const controller = new AbortController();
    const reason = new Error('enough');
    const trained = trainWordPiece(
      { files: path },
      {
        signal: controller.signal,
        onProgress: () => {
          controller.abort(reason);
        },
      },
    );
    await expect(trained).rejects.toBe(reason);
    expect(threads()).toBe(before);
  });

  test('while an async source keeps us waiting; the source is closed', async () => {
    const controller = new AbortController();
    const reason = new Error('too slow');
    let closed = 0;
    const source: AsyncIterable<string> = {
      [Symbol.asyncIterator]: () => ({
        next: () => {
          setTimeout(() => {
            controller.abort(reason);
          }, 0);
          return new Promise(() => undefined);
        },
        return: () => {
          closed++;
          return new Promise(() => undefined);
        },
      }),
    };
    await expect(trainOnTexts(source, { signal: controller.signal })).rejects.toBe(reason);
    expect(closed).toBe(1);
  });
});
