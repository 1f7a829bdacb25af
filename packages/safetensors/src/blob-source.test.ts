import { expect, test } from '@jest/globals';

import { openSafetensorsBlob } from './blob-source.ts';
import { ReaderClosedError, SafetensorsHeaderError, SafetensorsReadError } from './errors.ts';
import { serializeSafetensors } from './writer.ts';

const file = serializeSafetensors([
  ['a', { dtype: 'F32', shape: [2], data: Float32Array.of(1, 2) }],
  ['b', { dtype: 'U8', shape: [3], data: Uint8Array.of(7, 8, 9) }],
]);

test('reads tensors of a Blob', async () => {
  const reader = await openSafetensorsBlob(new Blob([file]));
  expect((await reader.tensor('a')).data).toEqual(Float32Array.of(1, 2));
  expect((await reader.rows('b', 1, 3)).data).toEqual(Uint8Array.of(8, 9));
  await reader.close();
  await expect(reader.tensor('a')).rejects.toThrow(ReaderClosedError);
});

test('names the File in errors', async () => {
  const cut = new File([file.slice(0, -1)], 'cut.safetensors');
  const opened = openSafetensorsBlob(cut);
  await expect(opened).rejects.toThrow(SafetensorsHeaderError);
  await expect(opened).rejects.toMatchObject({ rule: 17, source: 'cut.safetensors' });
  await expect(openSafetensorsBlob(new Blob([]))).rejects.toMatchObject({ rule: 1 });
});

test('says so when the bytes are gone or fewer than before', async () => {
  const good = new Blob([file]);
  const failing = (arrayBuffer: () => Promise<ArrayBuffer>): Blob =>
    ({ size: good.size, slice: () => ({ arrayBuffer }) }) as unknown as Blob;
  const gone = failing(() => Promise.reject(new Error('NotReadableError')));
  await expect(openSafetensorsBlob(gone, 'x')).rejects.toThrow(SafetensorsReadError);
  const shorter = failing(() => Promise.resolve(new ArrayBuffer(1)));
  await expect(openSafetensorsBlob(shorter, 'x')).rejects.toThrow('x: has 1 of 8 bytes at 0');
});
