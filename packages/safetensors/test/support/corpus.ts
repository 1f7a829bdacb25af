// Files on the border of validity: every rule broken in every way that we know of, and the odd files that
// are valid. Each says which rule it breaks; reference/verdicts.json has the reference reader's opinion.

import type { HeaderRule } from '../../src/index.ts';
import { joinBytes, rawFile } from './raw-file.ts';

/** One file of the corpus. */
export interface CorpusFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** The rule that the file breaks; undefined when it is valid. */
  readonly rule: HeaderRule | undefined;
}

/** A tensor of one byte; most files below hold it and the data "x". */
const BYTE = '{"dtype":"U8","shape":[1],"data_offsets":[0,1]}';
const EMPTY = '{"dtype":"U8","shape":[0],"data_offsets":[0,0]}';

function invalid(
  rule: HeaderRule,
  name: string,
  header: string | Uint8Array,
  data = 'x',
): CorpusFile {
  return { name, rule, bytes: rawFile(header, { data }) };
}

function valid(name: string, header: string | Uint8Array, data = 'x'): CorpusFile {
  return { name, rule: undefined, bytes: rawFile(header, { data }) };
}

/** One tensor `a` with these fields. */
function tensor(fields: {
  dtype?: string;
  shape?: string;
  offsets?: string;
  more?: string;
}): string {
  const { dtype = '"U8"', shape = '[1]', offsets = '[0,1]', more = '' } = fields;
  return `{"a":{"dtype":${dtype},"shape":${shape},"data_offsets":${offsets}${more}}}`;
}

function nested(levels: number): string {
  // The root and the tensor are two levels already.
  return tensor({ more: `,"x":${'['.repeat(levels - 2)}${']'.repeat(levels - 2)}` });
}

const lengths: CorpusFile[] = [
  { name: 'empty file', rule: 1, bytes: new Uint8Array() },
  { name: '7 bytes', rule: 1, bytes: new Uint8Array(7) },
  { name: 'header length 0', rule: 5, bytes: new Uint8Array(8) },
  ...(
    [
      [2, 'header length 100,000,001', 100_000_001n],
      [2, 'header length 2^63', 2n ** 63n],
      [2, 'header length 2^64 - 1', 2n ** 64n - 1n],
      [3, 'header past the end', 3n],
      [3, 'header length 100,000,000 in a short file', 100_000_000n],
    ] as const
  ).map(([rule, name, headerLength]) => ({ name, rule, bytes: rawFile('{}', { headerLength }) })),
];

const encodings: CorpusFile[] = [
  invalid(4, 'invalid UTF-8 byte', joinBytes('{"', [0xff], `":${BYTE}}`)),
  invalid(4, '0xFF padding', joinBytes(`{"a":${BYTE}}`, [0xff, 0xff])),
  invalid(4, 'overlong UTF-8', joinBytes('{"', [0xc0, 0xaf], `":${BYTE}}`)),
  invalid(4, 'overlong three-byte UTF-8', joinBytes('{"', [0xe0, 0x80, 0xaf], `":${BYTE}}`)),
  invalid(
    4,
    'CESU-8 surrogates',
    joinBytes('{"', [0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80], `":${BYTE}}`),
  ),
  invalid(4, 'past U+10FFFF', joinBytes('{"', [0xf4, 0x90, 0x80, 0x80], `":${BYTE}}`)),
  invalid(4, 'cut UTF-8 sequence', joinBytes('{}', [0xe2, 0x82])),
  invalid(5, 'byte order mark', joinBytes([0xef, 0xbb, 0xbf], `{"a":${BYTE}}`)),
];

const documents: CorpusFile[] = [
  invalid(5, 'NUL padding', `{"a":${BYTE}}\0\0`),
  invalid(5, 'two documents', '{}{}', ''),
  invalid(5, 'trailing comma', `{"a":${BYTE},}`),
  invalid(5, 'comment', `{/* */"a":${BYTE}}`),
  invalid(5, 'unquoted key', `{a:${BYTE}}`),
  invalid(5, 'single quotes', `{'a':${BYTE}}`),
  invalid(5, 'raw newline in a name', `{"a\n":${BYTE}}`),
  invalid(5, 'raw tab in a name', `{"a\t":${BYTE}}`),
  invalid(5, 'vertical tab as white space', `\v{"a":${BYTE}}`),
  invalid(5, 'lone high surrogate in a name', `{"\\ud800":${BYTE}}`),
  invalid(5, 'lone low surrogate in a name', `{"\\ude00":${BYTE}}`),
  invalid(5, 'two high surrogates', `{"\\ud800\\ud800":${BYTE}}`),
  invalid(5, 'lone surrogate in an ignored field', tensor({ more: ',"x":"\\udc00"' })),
  invalid(5, 'unknown escape', `{"\\x41":${BYTE}}`),
  invalid(5, 'bad hexadecimal escape', `{"\\u00g0":${BYTE}}`),
  invalid(5, 'cut escape', '{"\\u00'),
  invalid(5, 'unterminated string', '{"a'),
  invalid(5, 'unterminated object', `{"a":${BYTE}`),
  invalid(5, 'missing colon', `{"a"${BYTE}}`),
  invalid(5, 'missing comma', `{"a":${BYTE}"b":${BYTE}}`),
  invalid(5, 'NaN', tensor({ more: ',"x":NaN' })),
  invalid(5, 'number out of range', tensor({ more: ',"x":1e999' })),
  invalid(5, 'leading zero', tensor({ shape: '[01]' })),
  invalid(5, 'number without fraction digits', tensor({ more: ',"x":1.' })),
  invalid(5, 'number without exponent digits', tensor({ more: ',"x":1e' })),
  invalid(5, 'bare minus', tensor({ more: ',"x":-' })),
  invalid(5, 'plus sign', tensor({ more: ',"x":+1' })),
  invalid(5, 'misspelt literal', tensor({ more: ',"x":nul' })),
  invalid(5, '128 levels', nested(128)),
  invalid(5, '500,000 levels', tensor({ more: `,"x":${'['.repeat(500_000)}` })),
  invalid(6, 'array root', '[]', ''),
  invalid(6, 'null root', 'null', ''),
  invalid(6, 'string root', '"a"', ''),
  invalid(6, 'number root', '1', ''),
];

const metadata: CorpusFile[] = [
  invalid(7, 'metadata with a number', '{"__metadata__":{"a":1}}', ''),
  invalid(7, 'metadata with null', '{"__metadata__":{"a":null}}', ''),
  invalid(7, 'metadata with an object', `{"__metadata__":${BYTE}}`),
  invalid(7, 'metadata a number', '{"__metadata__":1}', ''),
  invalid(7, 'metadata an array', '{"__metadata__":[]}', ''),
  invalid(7, 'metadata a string', '{"__metadata__":"a"}', ''),
  invalid(8, 'duplicate __metadata__', '{"__metadata__":{},"__metadata__":{}}', ''),
  invalid(8, 'duplicate metadata key', '{"__metadata__":{"a":"1","a":"1"}}', ''),
  invalid(8, 'duplicate name', `{"a":${BYTE},"a":${BYTE}}`),
  invalid(8, 'duplicate name through an escape', `{"a":${BYTE},"\\u0061":${BYTE}}`),
  invalid(8, 'duplicate dtype', tensor({ more: ',"dtype":"U8"' })),
  invalid(8, 'duplicate shape through an escape', tensor({ more: ',"sh\\u0061pe":[1]' })),
  invalid(8, 'duplicate key in an ignored field', tensor({ more: ',"x":{"y":1,"y":2}' })),
];

const infos: CorpusFile[] = [
  invalid(9, 'tensor an array', '{"a":["U8",[1],[0,1]]}'),
  invalid(9, 'tensor null', '{"a":null}'),
  invalid(9, 'tensor a string', '{"a":"U8"}'),
  invalid(9, 'no dtype', '{"a":{"shape":[1],"data_offsets":[0,1]}}'),
  invalid(9, 'no shape', '{"a":{"dtype":"U8","data_offsets":[0,1]}}'),
  invalid(9, 'no data_offsets', '{"a":{"dtype":"U8","shape":[1]}}'),
  invalid(9, 'dtype an object', tensor({ dtype: '{"U8":null}' })),
  invalid(9, 'dtype a number', tensor({ dtype: '1' })),
  invalid(9, 'dtype null', tensor({ dtype: 'null' })),
  invalid(10, 'dtype f32', tensor({ dtype: '"f32"', offsets: '[0,4]' }), 'xxxx'),
  invalid(10, 'dtype constructor', tensor({ dtype: '"constructor"' })),
  invalid(10, 'dtype empty', tensor({ dtype: '""' })),
  invalid(11, 'shape 1.0', tensor({ shape: '[1.0]' })),
  invalid(11, 'shape 1e0', tensor({ shape: '[1e0]' })),
  invalid(11, 'shape -0', tensor({ shape: '[-0]', offsets: '[0,0]' }), ''),
  invalid(11, 'shape -1', tensor({ shape: '[-1]' })),
  invalid(11, 'shape 2^53 + 1', tensor({ shape: '[9007199254740993]' })),
  invalid(
    11,
    'shape [2^53 + 1, 0]',
    tensor({ shape: '[9007199254740993,0]', offsets: '[0,0]' }),
    '',
  ),
  invalid(
    11,
    'shape [2^63, 4, 0]',
    tensor({ shape: '[9223372036854775808,4,0]', offsets: '[0,0]' }),
    '',
  ),
  invalid(
    11,
    'shape [2^64, 0]',
    tensor({ shape: '[18446744073709551616,0]', offsets: '[0,0]' }),
    '',
  ),
  invalid(11, 'shape null', tensor({ shape: 'null' })),
  invalid(11, 'shape a number', tensor({ shape: '1' })),
  invalid(11, 'shape of strings', tensor({ shape: '["1"]' })),
  invalid(11, 'shape nested', tensor({ shape: '[[1]]' })),
];

const offsets: CorpusFile[] = [
  invalid(12, 'three offsets', tensor({ offsets: '[0,1,1]' })),
  invalid(12, 'one offset', tensor({ offsets: '[0]' })),
  invalid(12, 'no offsets', tensor({ offsets: '[]' })),
  invalid(12, 'offset 1.0', tensor({ offsets: '[0,1.0]' })),
  invalid(12, 'offset -1', tensor({ offsets: '[-1,0]' })),
  invalid(12, 'offset 2^53 + 1', tensor({ offsets: '[0,9007199254740993]' })),
  invalid(12, 'offsets an object', tensor({ offsets: '{"0":0,"1":1}' })),
  invalid(13, 'reversed offsets', tensor({ offsets: '[1,0]' })),
  invalid(13, 'data does not start at 0', tensor({ offsets: '[1,2]' }), 'xx'),
  invalid(13, 'gap', `{"a":${BYTE},"b":{"dtype":"U8","shape":[1],"data_offsets":[2,3]}}`, 'xxx'),
  invalid(
    13,
    'overlap',
    `{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}`,
    'xxx',
  ),
  invalid(13, 'two tensors on one range', `{"a":${BYTE},"b":${BYTE}}`),
  invalid(
    13,
    '100,000 tensors on one range',
    `{${Array.from({ length: 100_000 }, (_, i) => `"${i}":${BYTE}`).join(',')}}`,
  ),
  invalid(14, 'elements overflow', tensor({ shape: '[4294967296,4294967296]' })),
  invalid(
    14,
    'elements overflow before a zero',
    tensor({ shape: '[4294967296,4294967296,0]', offsets: '[0,0]' }),
    '',
  ),
  invalid(14, 'bits overflow', tensor({ dtype: '"F64"', shape: '[1125899906842624,1024]' })),
  invalid(15, 'F4 of 3 elements', tensor({ dtype: '"F4"', shape: '[3]', offsets: '[0,2]' }), 'xx'),
  invalid(
    15,
    'F6 of 2 elements',
    tensor({ dtype: '"F6_E2M3"', shape: '[2]', offsets: '[0,2]' }),
    'xx',
  ),
  invalid(15, 'F4 scalar', tensor({ dtype: '"F4"', shape: '[]' })),
  invalid(16, 'offsets span too few bytes', tensor({ shape: '[2]' })),
  invalid(16, 'offsets span too many bytes', tensor({ offsets: '[0,2]' }), 'xx'),
  invalid(16, 'F32 in one byte', tensor({ dtype: '"F32"' })),
  invalid(16, 'scalar of no bytes', tensor({ shape: '[]', offsets: '[0,0]' }), ''),
  invalid(17, 'truncated data', tensor({ shape: '[2]', offsets: '[0,2]' }), 'x'),
  invalid(17, 'trailing byte', tensor({}), 'xx'),
  invalid(17, 'data without tensors', '{}', 'x'),
];

const validFiles: CorpusFile[] = [
  valid('no tensors', '{}', ''),
  valid('white space around', ` \n\t\r{"a":${BYTE}} \n\t\r`),
  valid('metadata null', `{"__metadata__":null,"a":${BYTE}}`),
  valid('metadata empty', '{"__metadata__":{}}', ''),
  valid('metadata through an escape', `{"\\u005f_metadata__":{"a":"b"},"a":${BYTE}}`),
  valid('tensor named __proto__', `{"__proto__":${BYTE}}`),
  valid('tensor named constructor', `{"constructor":${BYTE}}`),
  valid('tensor with an empty name', `{"":${BYTE}}`),
  valid('tensor with NUL in its name', `{"a\\u0000":${BYTE}}`),
  valid('raw DEL in a name', `{"a\u007f":${BYTE}}`),
  valid('surrogate pair as escapes', `{"\\ud83d\\ude00":${BYTE}}`),
  valid('all short escapes', `{"\\"\\\\\\/\\b\\f\\n\\r\\t":${BYTE}}`),
  valid('ignored fields', tensor({ more: ',"x":[1.5,-2e-3,true,false,null,{"y":"z"}]' })),
  valid('number that underflows', tensor({ more: ',"x":1e-999' })),
  valid('field name through an escape', tensor({}).replace('dtype', '\\u0064type')),
  valid('127 levels', nested(127)),
  valid('scalar', tensor({ shape: '[]' })),
  valid('zero in a shape', tensor({ shape: '[3,0,2]', offsets: '[0,0]' }), ''),
  valid(
    'large axes of an empty tensor',
    tensor({ shape: '[1073741824,1073741824,0]', offsets: '[0,0]' }),
    '',
  ),
  valid(
    'zero before large axes',
    tensor({ shape: '[0,4294967296,4294967296]', offsets: '[0,0]' }),
    '',
  ),
  valid('F4 of 4 elements', tensor({ dtype: '"F4"', shape: '[4]', offsets: '[0,2]' }), 'xx'),
  valid(
    'F6 of 4 elements',
    tensor({ dtype: '"F6_E3M2"', shape: '[2,2]', offsets: '[0,3]' }),
    'xxx',
  ),
  valid(
    'tensors out of order',
    `{"b":{"dtype":"U8","shape":[1],"data_offsets":[1,2]},"a":${BYTE}}`,
    'xy',
  ),
  valid('empty tensors at one place', `{"a":${EMPTY},"b":${EMPTY},"c":${BYTE},"d":${EMPTY}}`),
];

/** The whole corpus. */
export const CORPUS: readonly CorpusFile[] = [
  ...lengths,
  ...encodings,
  ...documents,
  ...metadata,
  ...infos,
  ...offsets,
  ...validFiles,
];
