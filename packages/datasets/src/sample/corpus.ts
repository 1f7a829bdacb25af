// Generates the sample corpus: draws a topic, an entity and a way to tell for each document, until the
// number of documents is reached. Integer arithmetic only, one random stream per document attempt, so
// that every machine writes the same bytes.
import { Random } from '../random.ts';
import { clozeSentences, clozeSubjects } from './cloze.ts';
import { Composer, type Style, type Written } from './composer.ts';
import type { Entity } from './fact-table.ts';
import type { FactTopic } from './fact-topic.ts';
import {
  composeArticle,
  composeComparison,
  composeLearning,
  composeRiddle,
  findComparable,
} from './fact-document.ts';
import { composeScene } from './scene-document.ts';
import type { Scene } from './scene.ts';
import { shuffled } from './template.ts';
import { factTopics, scenes } from './topics.ts';
import { wellKnown } from './well-known.ts';

/** A document with where it comes from. */
export interface GeneratedDocument {
  /** The name of its fact topic or scene. */
  readonly topic: string;
  readonly sentences: readonly string[];
  /** The facts that it states, as "entity#index of the fact". */
  readonly facts: readonly string[];
}

/** Which entities documents are about: what everybody speaks of, or everything in the tables. */
export type SampleEntities = 'well-known' | 'all';

const MIN_SENTENCES = 4;
const MAX_SENTENCES = 12;

/** Of 100 documents, so many tell an everyday scene; the others are about an entity. */
const SCENE_PERCENT = 45;

/** Of 100 documents, so many are in the polite or the formal style instead of the plain one. */
const STYLED_PERCENT = 50;

/**
 * How many cards of the deck an entity has that a cloze question is about; the others have one. So many
 * make the answers whole tokens of a vocabulary of 3,000, and known after a short training.
 */
const CLOZE_SUBJECT_CARDS: Readonly<Record<SampleEntities, number>> = { 'well-known': 3, all: 8 };

/** Deals the values in a random order, then again in another: each comes up equally often. */
class Deck<T> {
  private readonly values: readonly T[];
  private rest: T[] = [];

  constructor(values: readonly T[]) {
    this.values = values;
  }

  deal(random: Random): T {
    const card = this.rest.pop();
    if (card !== undefined) return card;
    this.rest = shuffled(random, this.values);
    return this.deal(random);
  }
}

/** Endless documents of a seed, no two of them equal. */
export function* generateDocuments(
  seed: number,
  entities: SampleEntities = 'well-known',
): Generator<GeneratedDocument> {
  const subjects = new Deck(
    topicsWith(entities).flatMap((topic) =>
      topic.entities.flatMap((entity) => {
        const length = clozeSubjects.has(entity.name) ? CLOZE_SUBJECT_CARDS[entities] : 1;
        return Array.from({ length }, () => ({ topic, entity }));
      }),
    ),
  );
  const sceneDeck = new Deck(scenes);
  const documents = new Set<string>();
  const sentences = new Set<string>(clozeSentences);
  const facts = new Map<string, number>();
  const written = { sentences, facts };
  for (let attempt = 0; ; attempt++) {
    const random = new Random(seed, attempt);
    const document =
      random.below(100) < SCENE_PERCENT
        ? sceneDocument(sceneDeck.deal(random), random, written)
        : factDocument(subjects.deal(random), random, written);
    const text = document.sentences.join('\n');
    if (documents.has(text) || !isAcceptable(document.sentences)) continue;
    documents.add(text);
    for (const sentence of document.sentences) sentences.add(sentence);
    for (const fact of document.facts) facts.set(fact, (facts.get(fact) ?? 0) + 1);
    yield document;
  }
}

/** The topics with the entities that documents may be about. */
export function topicsWith(entities: SampleEntities): readonly FactTopic[] {
  if (entities === 'all') return factTopics;
  return factTopics.map((topic) => ({
    ...topic,
    entities: topic.entities.filter(({ name }) => wellKnown.has(name)),
  }));
}

/** The right length, no sentence twice, and none that a cloze question asks for word by word. */
function isAcceptable(sentences: readonly string[]): boolean {
  return (
    sentences.length >= MIN_SENTENCES &&
    sentences.length <= MAX_SENTENCES &&
    new Set(sentences).size === sentences.length &&
    !sentences.some((sentence) => clozeSentences.has(sentence))
  );
}

function sceneDocument(scene: Scene, random: Random, written: Written): GeneratedDocument {
  const composer = new Composer(random, written, drawStyle(random, 'polite'));
  composeScene(scene, composer);
  return { topic: scene.name, sentences: composer.sentences, facts: composer.facts };
}

function factDocument(
  subject: { readonly topic: FactTopic; readonly entity: Entity },
  random: Random,
  written: Written,
): GeneratedDocument {
  const way = random.below(100);
  // Only what is told in the past tense throughout can take the polite style.
  const told = way >= 60 && way < 88;
  const composer = new Composer(random, written, drawStyle(random, told ? 'polite' : 'formal'));
  const other = way >= 88 ? findComparable(subject, composer) : undefined;
  if (other !== undefined) composeComparison(subject, other, composer);
  else if (!told) composeArticle(subject, composer);
  else if (way < 78) composeLearning(subject, composer);
  else composeRiddle(subject, composer);
  return { topic: subject.topic.name, sentences: composer.sentences, facts: composer.facts };
}

function drawStyle(random: Random, other: Style): Style {
  return random.below(100) < STYLED_PERCENT ? other : 'plain';
}
