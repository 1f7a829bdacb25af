// What documents about one kind of entity are made of: the table, and the patterns that speak of it.
import type { Entity } from './fact-table.ts';

/**
 * A kind of entity that documents are written about. Patterns are in the language of template.ts, over
 * the columns of the table; none has a period.
 */
export interface FactTopic {
  readonly name: string;
  readonly entities: readonly Entity[];
  /** The facts of an entity are in the order of time and keep it. */
  readonly chronological: boolean;
  /** The entities act: 이, and not 은, marks them in reported clauses. */
  readonly agents: boolean;
  /** How an entity is referred to again, before a particle. */
  readonly anaphor: string;
  /** An indirect question that asks for the entity: ... 누구인지. */
  readonly riddle: string;
  /** What two entities must share to be compared. */
  readonly group: string;
  /** Openings of documents in which a {child} meets the entity, an {elder} perhaps with them. */
  readonly outings?: readonly string[];
  /** Predicates that say what the entity is. */
  readonly definitions: readonly string[];
  /** Whole sentences that end in the entity's name or introduce it. */
  readonly clefts: readonly string[];
  /** Whole sentences that may end a document. */
  readonly closings: readonly string[];
}
