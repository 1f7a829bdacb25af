// Reads the hand-written fact tables. A table is a text block: an entry starts with "@ name | column |
// column ...", and the lines below it are its facts, each a predicate in the plain style that ends in a
// period and leaves out the subject, which takes 은 or 이. "~에는 a" is a fact whose subject takes 에는
// instead. "a > b" is a fact with a sentence that follows from it.
import { SampleError } from './errors.ts';
import type { Slots } from './template.ts';

/** What is said of one entity, without the subject and the period. */
export interface Fact {
  readonly predicate: string;
  /** What follows the entity's name instead of 은 or 이: 에는, 의 ... */
  readonly particle?: string;
  /** A whole sentence that may only stand right after the predicate (그래서 ...). */
  readonly consequence?: string;
}

/** A person, a city, an animal ...: something that documents are written about. */
export interface Entity {
  readonly name: string;
  /** The columns of its table by name, `name` among them. */
  readonly slots: Slots;
  readonly facts: readonly Fact[];
}

/**
 * The entities of a table.
 *
 * @param columns the names of the columns after the entity's name.
 * @throws SampleError naming the entry when its columns or facts are malformed.
 */
export function readFactTable(columns: readonly string[], table: string): readonly Entity[] {
  const [before, ...entries] = `\n${table.trim()}`.split('\n@ ');
  if (before !== '') throw new SampleError(`A fact table must start with "@ ": ${String(before)}`);
  return entries.map((entry) => readEntry(columns, entry));
}

function readEntry(columns: readonly string[], entry: string): Entity {
  const [head = '', ...lines] = entry.split('\n');
  const values = head.split('|').map((value) => value.trim());
  if (values.length !== columns.length + 1 || values.includes('')) {
    throw new SampleError(
      `Entry "${head}" has ${values.length} columns; expected name, ${columns.join(', ')}.`,
    );
  }
  const names = ['name', ...columns];
  const slots = Object.fromEntries(values.map((value, index) => [names[index] ?? '', value]));
  const text = lines
    .map((line) => line.trim())
    .join(' ')
    .trim();
  if (!text.endsWith('다.')) throw new SampleError(`The facts of "${head}" must end in "다.".`);
  const facts = text.slice(0, -1).split('. ').map(readFact);
  return { name: values[0] ?? '', slots, facts };
}

function readFact(text: string): Fact {
  const [statement = '', consequence] = text.split(' > ');
  for (const part of [statement, consequence ?? statement]) {
    if (!part.endsWith('다')) throw new SampleError(`Fact "${text}" must end in 다.`);
  }
  const particle = statement.startsWith('~') ? statement.slice(1).split(' ')[0] : undefined;
  const predicate = particle === undefined ? statement : statement.slice(particle.length + 2);
  return {
    predicate,
    ...(particle === undefined ? {} : { particle }),
    ...(consequence === undefined ? {} : { consequence }),
  };
}
