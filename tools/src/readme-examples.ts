// Finds in a package's README what a reader would copy: the npm install line and the TypeScript examples.

/** What a README tells its reader to install and to run. */
export interface ReadmeExamples {
  /** Package names of the first `npm install` line. */
  readonly install: readonly string[];
  /** The TypeScript blocks (```ts), in order. */
  readonly examples: readonly string[];
}

/** Reads the fenced blocks of a Markdown text. @throws Error when it has no install line or no example. */
export function readmeExamples(markdown: string, name: string): ReadmeExamples {
  const blocks = fencedBlocks(markdown);
  const install = blocks
    .filter(({ language }) => language === 'sh')
    .flatMap(({ text }) => text.split('\n'))
    .find((line) => /^npm (install|i) /.test(line));
  if (install === undefined) {
    throw new Error(`README of ${name}: no \`npm install ...\` line in a \`\`\`sh block`);
  }
  const examples = blocks.filter(({ language }) => language === 'ts').map(({ text }) => text);
  if (examples.length === 0) throw new Error(`README of ${name}: no \`\`\`ts example`);
  const words = install.split(/\s+/).slice(2);
  return { install: words.filter((word) => word !== '' && !word.startsWith('-')), examples };
}

function fencedBlocks(markdown: string): { language: string; text: string }[] {
  const blocks: { language: string; text: string }[] = [];
  let open: { language: string; lines: string[] } | undefined;
  for (const line of markdown.split('\n')) {
    const fence = /^```(\w*)/.exec(line);
    if (fence === null) {
      open?.lines.push(line);
    } else if (open === undefined) {
      open = { language: fence[1] ?? '', lines: [] };
    } else {
      blocks.push({ language: open.language, text: `${open.lines.join('\n')}\n` });
      open = undefined;
    }
  }
  return blocks;
}
