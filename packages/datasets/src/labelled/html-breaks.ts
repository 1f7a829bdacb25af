// Removes the HTML line breaks (<br />) that IMDB's reviews are full of.

/** The text with each run of `<br>`, `<br/>`, `<br />` (any case) replaced by one line break. */
export function removeHtmlBreaks(text: string): string {
  let result = '';
  let kept = 0;
  for (let at = text.indexOf('<'); at >= 0; at = text.indexOf('<', at + 1)) {
    let end = at;
    for (let next = htmlBreakEnd(text, at); next > end; next = htmlBreakEnd(text, end)) end = next;
    if (end === at) continue;
    result += text.slice(kept, at);
    if (result !== '' && end < text.length) result += '\n';
    kept = end;
    at = end - 1;
  }
  return kept === 0 ? text : result + text.slice(kept);
}

/** Where the break tag at `at` ends; `at` when there is none. */
function htmlBreakEnd(text: string, at: number): number {
  if (text.slice(at, at + 3).toLowerCase() !== '<br') return at;
  let end = at + 3;
  while (text[end] === ' ') end++;
  if (text[end] === '/') end++;
  return text[end] === '>' ? end + 1 : at;
}
