// Documents about the entities of the fact tables. The same facts are told in four ways (an article, a
// child who learns of them, a riddle in class, a comparison), so that each occurs in several wordings.
import { children, elders } from './cast.ts';
import type { Composer } from './composer.ts';
import { joined, quoted } from './endings.ts';
import type { Entity, Fact } from './fact-table.ts';
import type { FactTopic } from './fact-topic.ts';
import { FinalConsonant, finalConsonant } from './hangul.ts';
import { withJosa } from './josa.ts';
import { fill, pick, shuffled, type Slots } from './template.ts';

/** An entity with the topic that says how to speak of it. */
interface Subject {
  readonly topic: FactTopic;
  readonly entity: Entity;
}

/** How the subject enters a fact that follows another fact. */
const LATER_SUBJECTS = ['{subject} ', '{subject} ', '그리고 {subject} ', '또한 {subject} '];

/** The same where the subject takes 은, and not 에는 or 의. */
const LATER_TOPICS = [...LATER_SUBJECTS, '{subject} 또 ', '{subject} 또한 ', '게다가 {subject} '];

/** How often a fact names its entity; otherwise it says 그, 이 도시 ... */
const NAMED = 0.8;

const LEARNING_OPENINGS = [
  '{child:은} [도서관에서|집에서|서점에서] {name}에 관한 책을 [읽었다|펼쳤다]',
  '{child:은} [오늘|어제|지난주에] 학교에서 {name}에 대해 배웠다',
  '{child:은} {name:을} 다룬 [영상을|방송을] 보았다',
  '{child:은} 조사 숙제의 주제로 {name:을} 골랐다',
  '{child:은} {elder}께 {name}에 대해 여쭈어보았다',
];

const TEACHER_SAYS = [
  '선생님은 {quote} [설명하셨다|말씀하셨다|알려 주셨다]',
  '{child:은} 공책에 {quote} [적었다|썼다]',
  '{friend:은} {quote} 발표했다',
  '교과서에는 {quote} [적혀|쓰여] 있었다',
];

const OTHERS_SAY = [
  '{elder:은} {quote} [이야기해|설명해|알려] 주셨다',
  '책에는 {quote} [적혀|쓰여] 있었다',
  '{child:은} {quote} 적힌 부분을 [소리 내어 읽었다|공책에 옮겨 적었다]',
  '백과사전에는 {quote} [적혀|쓰여] 있었다',
  '{friend:은} {quote} 말했다',
];

const REACTIONS = [
  '{child:은} 고개를 끄덕이며 들었다',
  '{child:은} 그 이야기가 무척 [신기했다|흥미로웠다|재미있었다]',
  '{friend}도 {name} 이야기에 [귀를 기울였다|눈을 반짝였다]',
  '{child:은} {name}에 대해 [더 알고 싶어졌다|궁금한 것이 많아졌다]',
];

const LEARNING_CLOSINGS = [
  '집에 돌아온 {child:은} 가족에게 {name} 이야기를 들려주었다',
  '{child:은} {name:을} [그림으로 그려 보았다|주제로 글을 썼다]',
  '{child:은} {name}에 관한 책을 더 찾아보기로 했다',
  '그날 {child:은} 일기에 {name} 이야기를 썼다',
  '{child:은} {friend}에게도 {name} 이야기를 해 주었다',
];

/** An article: what the entity is, its facts, perhaps a closing sentence. */
export function composeArticle(subject: Subject, composer: Composer): void {
  const { topic, entity } = subject;
  sayDefinition(subject, composer);
  const facts = [...chooseFacts(subject, composer, 3, 7)];
  for (let first = true, fact = facts.shift(); fact !== undefined; first = false) {
    const next = facts[0];
    const join = next !== undefined && areJoinable(fact, next) && composer.random.chance(0.4);
    sayFacts(subject, composer, join ? [fact, next] : [fact], first);
    if (join) facts.shift();
    fact = facts.shift();
  }
  if (composer.random.chance(0.6)) composer.sayPattern(topic.closings, entity.slots);
}

/** A child meets the entity, and is told or reads the facts. */
export function composeLearning(subject: Subject, composer: Composer): void {
  const slots = withCast(subject, composer);
  const { outings } = subject.topic;
  const outing = outings !== undefined && composer.random.chance(0.5);
  composer.sayPattern(outing ? outings : LEARNING_OPENINGS, slots);
  sayQuotedFacts(subject, composer, slots, OTHERS_SAY);
  composer.sayPattern(LEARNING_CLOSINGS, slots);
}

/** The teacher asks for the entity, a child answers, and the class hears the facts. */
export function composeRiddle(subject: Subject, composer: Composer): void {
  const slots = withCast(subject, composer);
  const riddle = fill(subject.topic.riddle, slots, composer.random);
  const asked = { ...slots, riddle };
  composer.sayPattern(
    [
      '선생님은 {riddle} 물으셨다',
      '수업 시간에 선생님이 {riddle} 물어보셨다',
      '선생님이 아이들에게 낸 문제는 {riddle} 맞히는 것이었다',
    ],
    asked,
  );
  composer.sayPattern(
    [
      '{child:이} 손을 들고 {name:이라고} [대답했다|답했다]',
      '{child:은} {name:이라고} [자신 있게|큰 소리로] 대답했다',
      '{friend:은} 몰랐지만 {child:은} {name:이라고} 대답했다',
    ],
    asked,
  );
  sayQuotedFacts(subject, composer, slots, TEACHER_SAYS);
  composer.sayPattern(LEARNING_CLOSINGS, slots);
}

/** Two entities that have something in common, one after the other. */
export function composeComparison(subject: Subject, other: Entity, composer: Composer): void {
  const { topic, entity } = subject;
  const slots = {
    first: entity.name,
    second: other.name,
    group: groupOf(topic, entity, composer),
  };
  composer.sayPattern(
    [
      '{first:과} {second:은} 모두 {group}이다',
      '{group} 가운데 {first:과} {second:이} 널리 알려져 있다',
      '{group:을} 들라면 {first:과} {second:을} 빼놓을 수 없다',
    ],
    slots,
  );
  sayDefinition(subject, composer);
  sayFewFacts(subject, composer);
  const definitions = topic.definitions.map((definition) => `한편 {name:은} ${definition}`);
  composer.sayPattern(definitions, other.slots);
  sayFewFacts({ topic, entity: other }, composer);
  if (composer.random.chance(0.5)) {
    composer.sayPattern(
      [
        '{first:과} {second:을} 견주어 보면 서로 다른 점을 [알 수 있다|찾을 수 있다]',
        '이처럼 {first:과} {second}에는 비슷한 점도 다른 점도 있다',
      ],
      slots,
    );
  }
}

/** Another entity of the topic that shares the group of this one, if there is any. */
export function findComparable(subject: Subject, composer: Composer): Entity | undefined {
  const { topic, entity } = subject;
  const group = groupOf(topic, entity, composer);
  const others = topic.entities.filter(
    (other) => other !== entity && groupOf(topic, other, composer) === group,
  );
  return others.length === 0 ? undefined : pick(composer.random, others);
}

function groupOf(topic: FactTopic, entity: Entity, composer: Composer): string {
  return fill(topic.group, entity.slots, composer.random);
}

function withCast({ entity }: Subject, { random }: Composer): Slots {
  return { ...pick(random, children), elder: pick(random, elders), ...entity.slots };
}

function sayDefinition({ topic, entity }: Subject, composer: Composer): void {
  const definitions = topic.definitions.map((definition) => `{name:은} ${definition}`);
  composer.sayPattern([...definitions, ...topic.clefts], entity.slots);
}

/** Draws facts of the entity that were told least, in the order of time where the table has one. */
function chooseFacts(
  { topic, entity }: Subject,
  composer: Composer,
  least: number,
  most: number,
): readonly Fact[] {
  const { facts } = entity;
  const count = Math.min(composer.random.between(least, most), facts.length);
  const idOf = (fact: Fact): string => `${entity.name}#${facts.indexOf(fact)}`;
  const timesTold = (fact: Fact): number => composer.written.facts.get(idOf(fact)) ?? 0;
  const leastTold = shuffled(composer.random, facts).sort((a, b) => timesTold(a) - timesTold(b));
  const chosen = shuffled(composer.random, leastTold.slice(0, count));
  if (topic.chronological) chosen.sort((a, b) => facts.indexOf(a) - facts.indexOf(b));
  composer.facts.push(...chosen.map(idOf));
  return chosen;
}

function wordingOf(fact: Fact, composer: Composer): string {
  return fill(fact.predicate, {}, composer.random);
}

function sayFewFacts(subject: Subject, composer: Composer): void {
  chooseFacts(subject, composer, 1, 3).forEach((fact, index) => {
    sayFacts(subject, composer, [fact], index === 0);
  });
}

/** States one fact, or two that are joined, in one sentence; then what follows from the last. */
function sayFacts(
  { topic, entity }: Subject,
  composer: Composer,
  facts: readonly Fact[],
  first: boolean,
): void {
  const { random } = composer;
  const { particle, consequence } = facts[facts.length - 1] ?? {};
  const anaphor = fill(topic.anaphor, entity.slots, random);
  const patterns = particle === undefined ? LATER_TOPICS : LATER_SUBJECTS;
  composer.say(() => {
    const noun = random.chance(NAMED) ? entity.name : anaphor;
    const subject = particle === undefined ? withJosa(noun, '은') : noun + particle;
    const before = fill(first ? '{subject} ' : pick(random, patterns), { subject }, random);
    const predicates = facts.map((fact) => wordingOf(fact, composer));
    const last = predicates.pop() ?? '';
    return before + predicates.map((predicate) => `${joined(predicate)}, `).join('') + last;
  });
  if (consequence !== undefined) composer.say(() => consequence);
}

/** What is already reported speech is not reported again. */
function isReport({ predicate }: Fact): boolean {
  return /(?:전해진다|전해 온다|고 한다)$/.test(predicate);
}

/** Two deeds, or two habits, sound well in one sentence; a deed and a quality do not. */
function areJoinable(one: Fact, other: Fact): boolean {
  if (one.consequence !== undefined || isReport(one) || isReport(other)) return false;
  if (one.particle !== undefined || other.particle !== undefined) return false;
  return tenseOf(one) !== undefined && tenseOf(one) === tenseOf(other);
}

/** Whether a predicate tells a deed (-었다) or a habit (-ㄴ다); undefined for a quality (-이다, 좋다). */
function tenseOf({ predicate }: Fact): 'deed' | 'habit' | undefined {
  const final = finalConsonant(predicate.slice(-2, -1));
  if (final === FinalConsonant.ssangSiot && !predicate.endsWith('있다')) return 'deed';
  if (predicate.endsWith('는다') || final === FinalConsonant.nieun) return 'habit';
  return undefined;
}

/** States the definition and some facts as what somebody says or what is written somewhere. */
function sayQuotedFacts(
  subject: Subject,
  composer: Composer,
  slots: Slots,
  frames: readonly string[],
): void {
  const { topic, entity } = subject;
  const { random } = composer;
  let unused: string[] = [];
  const sayQuoted = (clause: () => string): void => {
    if (unused.length === 0) unused = [...frames];
    let frame = '';
    composer.say(() => {
      frame = pick(random, unused);
      return fill(frame, { ...slots, quote: quoted(clause()) }, random);
    });
    unused.splice(unused.indexOf(frame), 1);
  };
  sayQuoted(() => fill(`{name:이} ${pick(random, topic.definitions)}`, entity.slots, random));
  const facts = chooseFacts(subject, composer, 2, 4).filter((fact) => !isReport(fact));
  facts.forEach((fact, index) => {
    sayQuoted(() => quotedClause(subject, fact, wordingOf(fact, composer)));
    if (index === 0 && random.chance(0.6)) composer.sayPattern(REACTIONS, slots);
  });
}

/** 기린이 나뭇잎을 먹는다, but 기린은 목이 길다: one 이 is enough for a reported clause. */
function quotedClause(subject: Subject, { particle }: Fact, predicate: string): string {
  const { topic, entity } = subject;
  if (particle !== undefined) return `${entity.name}${particle} ${predicate}`;
  const hasSubject = /\S[이가] /.test(predicate);
  return `${withJosa(entity.name, topic.agents && !hasSubject ? '이' : '은')} ${predicate}`;
}
