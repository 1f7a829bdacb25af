import { expect, test } from '@jest/globals';

import { removeHtmlBreaks } from './html-breaks.ts';

test.each([
  ['no breaks', 'no breaks'],
  ['a<br />b', 'a\nb'],
  ['a<br /><br />b<BR>c<br/>d<br  />', 'a\nb\nc\nd'],
  ['<br />a', 'a'],
  ['<br /><br />', ''],
  ['a<br', 'a<br'],
  ['a<brand>b', 'a<brand>b'],
  ['1 < 2 <br /> 3', '1 < 2 \n 3'],
  ['<<br />>', '<\n>'],
  ['', ''],
])('%j', (text, expected) => {
  expect(removeHtmlBreaks(text)).toBe(expected);
});
