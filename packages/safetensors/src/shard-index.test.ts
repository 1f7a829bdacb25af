import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';

import { SafetensorsIndexError } from './errors.ts';
import { parseShardIndex, serializeShardIndex } from './shard-index.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

function refusal(text: string): unknown {
  try {
    return parseShardIndex(encode(text), 'model.safetensors.index.json');
  } catch (error) {
    return error;
  }
}

describe('parseShardIndex', () => {
  test('reads metadata and weight map, and writes the bytes of transformers again', () => {
    const file = new Uint8Array(
      readFileSync(new URL('../test/fixtures/transformers-index.json', import.meta.url)),
    );
    const index = parseShardIndex(file, 'index');
    expect(index.metadata.get('total_size')).toBe(248);
    expect(index.metadata.get('dtype \x7f\u{1f600}')).toBe('float"32"\n');
    expect(index.weightMap.get('가.bias')).toBe('model-00003-of-00004.safetensors');
    expect(serializeShardIndex(index)).toEqual(file);
    const reversed = new Map([...index.weightMap].toReversed());
    expect(serializeShardIndex({ ...index, weightMap: reversed })).toEqual(file);
  });

  test('metadata may be absent, null or hold nested values, and tensors may have any name', () => {
    const maps = [
      '',
      '"metadata":null,',
      '"metadata":{"a":[1],"b":{"c":2},"d":true,"e":null},"x":[1],',
    ];
    for (const metadata of maps) {
      const index = parseShardIndex(
        encode(`{${metadata}"weight_map":{"__proto__":"a.safetensors","":"b.safetensors"}}`),
        'index',
      );
      expect([...index.weightMap]).toEqual([
        ['__proto__', 'a.safetensors'],
        ['', 'b.safetensors'],
      ]);
    }
  });

  test('an empty index is printed as Python prints it', () => {
    const text = new TextDecoder().decode(
      serializeShardIndex({ metadata: new Map(), weightMap: new Map() }),
    );
    expect(text).toBe('{\n  "metadata": {},\n  "weight_map": {}\n}\n');
  });

  test.each([
    ['an array', '[]'],
    ['no weight map', '{"metadata":{}}'],
    ['a weight map that is an array', '{"weight_map":["a.safetensors"]}'],
    ['a weight map that is null', '{"weight_map":null}'],
    ['a file that is a number', '{"weight_map":{"a":1}}'],
    ['metadata that is an array', '{"metadata":[],"weight_map":{}}'],
    ['a tensor twice', '{"weight_map":{"a":"x.safetensors","a":"y.safetensors"}}'],
    ['not JSON', '{"weight_map":{}'],
    ['text after it', '{"weight_map":{}} x'],
    ['a byte order mark', '\ufeff{"weight_map":{}}'],
    ['nothing', ''],
  ])('refuses an index with %s', (_, text) => {
    expect(refusal(text)).toMatchObject({
      name: 'SafetensorsIndexError',
      code: 'INVALID_INDEX',
      source: 'model.safetensors.index.json',
    });
    expect(refusal(text)).toBeInstanceOf(SafetensorsIndexError);
  });

  test.each([
    '../x.safetensors',
    '/etc/passwd',
    'C:x',
    'C:\\x',
    '\\\\server\\share\\x',
    '..\\x',
    'a/b',
    'a\\b',
    '.',
    '..',
    '',
    'a\0b',
    'a\nb',
  ])('refuses the shard name %j', (name) => {
    const text = JSON.stringify({ weight_map: { a: name } });
    expect(refusal(text)).toMatchObject({ code: 'UNSAFE_SHARD_NAME' });
  });
});
