import { describe, expect, test } from '@jest/globals';

import { DatasetsOptionError, UnknownLabelError } from '../errors.ts';
import { LabelMap } from './label-map.ts';

describe('LabelMap', () => {
  test('from labels: each once, sorted, whatever their order', () => {
    expect(LabelMap.from(['neg', 'pos', 'neg']).labels).toEqual(['neg', 'pos']);
    expect(LabelMap.from(['10', '9', '-1']).labels).toEqual(['-1', '9', '10']);
    expect(LabelMap.from(['I-PS', 'O', 'B-PS']).labels).toEqual(['O', 'B-PS', 'I-PS']);
  });

  test('to ids and back, and the entries of config.json', () => {
    const map = new LabelMap(['entailment', 'neutral']);
    expect(map.labelToId('neutral')).toBe(1);
    expect(map.idToLabel(1)).toBe('neutral');
    expect(map.size).toBe(2);
    expect(map.toConfig()).toEqual({
      id2label: { '0': 'entailment', '1': 'neutral' },
      label2id: { entailment: 0, neutral: 1 },
    });
  });

  test('labels called like properties are labels', () => {
    const map = new LabelMap(['__proto__', 'constructor']);
    expect(map.labelToId('__proto__')).toBe(0);
    expect(JSON.stringify(map.toConfig().label2id)).toBe('{"__proto__":0,"constructor":1}');
    expect(() => map.labelToId('toString')).toThrow(UnknownLabelError);
  });

  test('unknown labels and ids, no labels, and a label twice', () => {
    const map = new LabelMap(['a']);
    expect(() => map.labelToId('b')).toThrow(UnknownLabelError);
    expect(() => map.idToLabel(1)).toThrow(UnknownLabelError);
    expect(() => map.idToLabel(-1)).toThrow(UnknownLabelError);
    expect(() => new LabelMap([])).toThrow(DatasetsOptionError);
    expect(() => new LabelMap(['a', 'a'])).toThrow(DatasetsOptionError);
  });
});
