import { describe, expect, test } from '@jest/globals';

import { ZstdFrames } from './zstd-frames.ts';

/** A frame of raw blocks; `descriptor` decides which header fields follow (RFC 8878, 3.1.1). */
function frame(descriptor: number, headerBytes: number, blocks: readonly number[]): number[] {
  const body = blocks.flatMap((size, i) => {
    const header = (size << 3) | Number(i === blocks.length - 1);
    return [
      header & 0xff,
      (header >> 8) & 0xff,
      header >> 16,
      ...new Array<number>(size).fill(0x61),
    ];
  });
  const checksum = (descriptor & 4) === 0 ? [] : [1, 2, 3, 4];
  return [
    0x28,
    0xb5,
    0x2f,
    0xfd,
    descriptor,
    ...new Array<number>(headerBytes).fill(7),
    ...body,
    ...checksum,
  ];
}

const skippable = [0x53, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 9, 9, 9];
const rle = [0x28, 0xb5, 0x2f, 0xfd, 0x20, 50, ((50 << 3) & 0xff) | 3, 1, 0, 0x61];

/** Follows all of a chunk, frame by frame. */
function takeAll(frames: ZstdFrames, chunk: Uint8Array): number[] {
  const ends: number[] = [];
  for (let at = 0; at < chunk.length;) {
    at += frames.take(chunk.subarray(at));
    if (frames.isBetweenFrames) ends.push(at);
  }
  return ends;
}

const files: [string, number[]][] = [
  ['single segment, one block', frame(0x20, 1, [5])],
  ['window, checksum, three blocks', frame(0x04, 1, [300, 0, 2])],
  ['dictionary and 8 bytes of content size', frame(0xc3, 1 + 4 + 8, [1])],
  ['2 bytes of content size', frame(0x60, 2, [4])],
  ['4 bytes of content size', frame(0xa0, 4, [4])],
  ['a repeated byte', rle],
  ['a skippable frame between two', [...frame(0x20, 1, [5]), ...skippable, ...frame(0x20, 1, [2])]],
];

describe.each(files)('%s', (_, bytes) => {
  test.each([1, 2, 3, 1000])('is complete at its end (chunks of %d)', (chunkSize) => {
    const frames = new ZstdFrames();
    for (let at = 0; at < bytes.length; at += chunkSize) {
      takeAll(frames, Uint8Array.from(bytes.slice(at, at + chunkSize)));
    }
    expect(frames.isComplete).toBe(true);
  });

  test('its frames end where they were put together, and nowhere else', () => {
    const ends = takeAll(new ZstdFrames(), Uint8Array.from(bytes));
    expect(ends.at(-1)).toBe(bytes.length);
    expect(ends).toHaveLength(bytes.includes(0x2a) ? 3 : 1);
    const cut = new ZstdFrames();
    takeAll(cut, Uint8Array.from(bytes.slice(0, -1)));
    expect(cut.isComplete).toBe(false);
  });
});

test('what is no zstd is left to the decompressor', () => {
  const frames = new ZstdFrames();
  expect(frames.take(new TextEncoder().encode('plain text'))).toBe(10);
  expect(frames.isComplete).toBe(true);
});
