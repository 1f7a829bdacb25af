// Web addresses, whose ? ! and dots end nothing: https://example.com/?q=1, www.example.kr.

const SCHEMES = ['http://', 'https://', 'ftp://', 'www.'];

/** Where the web address that starts at `at` ends, closing punctuation left out; `at` when none starts there. */
export function addressEnd(text: string, at: number): number {
  const first = text.charCodeAt(at) | 0x20;
  // h, f, w: what the schemes begin with.
  if (first !== 0x68 && first !== 0x66 && first !== 0x77) return at;
  const head = text.slice(at, at + 8).toLowerCase();
  if (!SCHEMES.some((scheme) => head.startsWith(scheme))) return at;
  let end = at;
  while (isAddressUnit(text.charCodeAt(end))) end++;
  while (end > at && '.,!?:;\'")]}'.includes(text.charAt(end - 1))) end--;
  return end;
}

/** Printable ASCII; an address ends at a space and at Hangul (…com에서). */
const isAddressUnit = (unit: number): boolean => unit > 0x20 && unit < 0x7f;
