// What the generated text must be: free of slips that generated Korean is prone to, and learnable.
import { describe, expect, test } from '@jest/globals';

import { children, elders } from './cast.ts';
import { clozeSentences, clozeSubjects, sampleClozeQuestions } from './cloze.ts';
import { generateDocuments, type GeneratedDocument, topicsWith } from './corpus.ts';
import { FinalConsonant, finalConsonant, isSyllable } from './hangul.ts';
import { particle, type Josa } from './josa.ts';
import { DEFAULT_SAMPLE_DOCUMENTS, DEFAULT_SAMPLE_SEED } from './sample-corpus.ts';
import { factTopics, scenes } from './topics.ts';
import { wellKnown } from './well-known.ts';

const documents: GeneratedDocument[] = [];
for (const document of generateDocuments(DEFAULT_SAMPLE_SEED)) {
  documents.push(document);
  if (documents.length === DEFAULT_SAMPLE_DOCUMENTS) break;
}
const isHeldOut = (index: number): boolean => index % 20 === 19;
const train = documents.filter((_, index) => !isHeldOut(index));
const heldOut = documents.filter((_, index) => isHeldOut(index));
const sentences = documents.flatMap((document) => document.sentences);

describe('the text', () => {
  test('is made of Hangul, digits and the marks , . · and ends in a period', () => {
    const wrong = sentences.filter((sentence) => !/^[가-힣0-9 ,·]+\.$/.test(sentence));
    expect(wrong).toEqual([]);
  });

  test('has no doubled or stray spaces', () => {
    expect(sentences.filter((sentence) => / {2}|^ | [.,]/.test(sentence))).toEqual([]);
  });

  test('ends sentences as its document does: -다, -습니다 or -요', () => {
    // 아니다 is plain: before the 니다 of the formal style stands a ㅂ.
    const isFormal = (sentence: string): boolean =>
      sentence.endsWith('니다.') && finalConsonant(sentence.at(-4) ?? '') === FinalConsonant.bieup;
    const styleOf = (sentence: string): string =>
      isFormal(sentence) ? 'formal' : sentence.endsWith('요.') ? 'polite' : 'plain';
    const mixed = documents.filter((document) => new Set(document.sentences.map(styleOf)).size > 1);
    expect(mixed).toEqual([]);
    const polite = documents.filter(({ sentences: [first = ''] }) => styleOf(first) === 'polite');
    expect(polite.length / documents.length).toBeGreaterThan(0.25);
    expect(polite.length / documents.length).toBeLessThan(0.35);
  });

  test('has no particle that its own form forbids', () => {
    // Words that only look like a noun with a particle, or a verb form in -은.
    const words = /(?:가을|마을|사과|지은|나을|북로|대향로)$/;
    const isClosed = (syllable: string): boolean => finalConsonant(syllable) !== 0;
    const wrong = new Set<string>();
    for (const eojeol of sentences.flatMap((sentence) => sentence.split(/[ ,.]+/))) {
      const [before = '', last = ''] = [eojeol.at(-2), eojeol.at(-1)];
      if (eojeol.length < 2 || !isSyllable(before) || words.test(eojeol)) continue;
      if ('을과은'.includes(last) && !isClosed(before)) wrong.add(eojeol);
      if ('를와'.includes(last) && isClosed(before)) wrong.add(eojeol);
      if (last === '로' && ![0, 8].includes(finalConsonant(before))) wrong.add(eojeol);
      const stem = eojeol.at(-3) ?? '';
      const isShort = isSyllable(stem) && [0, 8].includes(finalConsonant(stem));
      if (eojeol.endsWith('으로') && isShort) wrong.add(eojeol);
    }
    expect([...wrong]).toEqual([]);
  });

  test('gives the nouns of the tables the particles that fit them', () => {
    const pairs: readonly (readonly [Josa, string])[] = [
      ...(['은', '이', '을', '과'] as const).flatMap((josa) => [
        [josa, particle('강', josa)] as const,
        [josa, particle('나무', josa)] as const,
      ]),
    ];
    const nouns = [
      ...factTopics.flatMap(({ entities }) => entities.map(({ name }) => name)),
      ...children.flatMap((child) => Object.values(child)),
      ...elders,
      ...scenes.flatMap(({ slots }) => Object.values(slots).flat()),
    ];
    const forbidden = new Set<string>();
    for (const noun of nouns) {
      for (const [josa, form] of pairs) {
        if (particle(noun, josa) !== form) forbidden.add((noun.split(' ').at(-1) ?? noun) + form);
      }
    }
    // Words of their own: the waterside, a novelist.
    for (const word of ['물가', '소설가']) forbidden.delete(word);
    const eojeols = new Set(sentences.flatMap((sentence) => sentence.split(/[ ,.]+/)));
    expect(forbidden.size).toBeGreaterThan(1000);
    expect([...forbidden].filter((eojeol) => eojeols.has(eojeol))).toEqual([]);
  });
});

describe('what there is to learn', () => {
  const everything: GeneratedDocument[] = [];
  for (const document of generateDocuments(DEFAULT_SAMPLE_SEED, 'all')) {
    everything.push(document);
    if (everything.length === DEFAULT_SAMPLE_DOCUMENTS) break;
  }

  test.each([
    ['well-known', documents],
    ['all', everything],
  ] as const)('%s: every topic, scene, entity and fact comes up, and no other', (which, told) => {
    expect(new Set(told.map(({ topic }) => topic)).size).toBe(factTopics.length + scenes.length);
    const possible = topicsWith(which).flatMap(({ entities }) =>
      entities.flatMap(({ name, facts }) => facts.map((_, index) => `${name}#${index}`)),
    );
    const stated = new Set(told.flatMap(({ facts }) => facts));
    expect([...stated].sort()).toEqual(possible.sort());
  });

  test('the well-known are entities of the tables, of every topic, cloze subjects among them', () => {
    const chosen = topicsWith('well-known').map(({ entities }) => entities);
    expect(chosen.filter((entities) => entities.length < 4)).toEqual([]);
    expect(chosen.flat().map(({ name }) => name)).toHaveLength(wellKnown.size);
    expect([...clozeSubjects].filter((name) => !wellKnown.has(name))).toEqual([]);
  });

  test('what a held-out document states, train states too, at the median in 22 documents', () => {
    const told = new Map<string, number>();
    for (const fact of train.flatMap((document) => document.facts)) {
      told.set(fact, (told.get(fact) ?? 0) + 1);
    }
    const asked = new Set(heldOut.flatMap((document) => document.facts));
    expect(asked.size).toBeGreaterThan(300);
    expect([...asked].filter((fact) => !told.has(fact))).toEqual([]);
    const counts = [...asked].map((fact) => told.get(fact) ?? 0).sort((a, b) => a - b);
    expect(counts[Math.floor(counts.length / 2)]).toBe(22);
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(10);
  });
});

describe('the cloze questions', () => {
  /** Sentences that state the answer, by question. */
  const evidence: Readonly<Record<string, RegExp>> = {
    이순신: /이순신.*조선|조선.*이순신/,
    '광개토 대왕': /광개토 대왕.*고구려|고구려.*광개토 대왕/,
    왕건: /왕건.*고려|고려.*왕건|고려 왕조/,
    장영실: /장영실.*세종|세종.*장영실|세종 때/,
    계백: /계백.*백제|백제.*계백/,
    부산: /부산.*항구|항구.*부산/,
    한라산: /한라산.*제주도|제주도.*한라산|제주도의? 한가운데/,
    설날: /설날.*떡국|떡국.*설날|떡국 한 그릇/,
    지구: /태양의? (?:둘레|주위)/,
    한강: /한강.*서울|서울.*한강|서울 한/,
  };
  const trained = new Set(train.flatMap((document) => document.sentences));

  test('are ten, each with one mask that is a word of its own', () => {
    expect(sampleClozeQuestions).toHaveLength(10);
    for (const { text, answer } of sampleClozeQuestions) {
      expect(text).toMatch(/^[^[]* ?\[MASK\] [^[]*\.$/);
      expect(answer).toMatch(/^[가-힣]+$/);
    }
    expect(sampleClozeQuestions[0]).toEqual({
      text: '이순신은 [MASK] 중기의 무신이다.',
      answer: '조선',
    });
  });

  test('ask for what train states in at least twenty different sentences', () => {
    for (const { text } of sampleClozeQuestions) {
      const [subject, pattern] = Object.entries(evidence).find(([name]) =>
        text.startsWith(name),
      ) ?? [text, /$^/];
      expect(clozeSubjects).toContain(subject);
      const stated = [...trained].filter((sentence) => pattern.test(sentence)).length;
      expect([text, stated >= 20]).toEqual([text, true]);
    }
  });

  test('have answers frequent enough to be whole tokens of a small vocabulary', () => {
    const eojeols = [...train.flatMap((document) => document.sentences)].join(' ').split(/[ ,.]+/);
    for (const { answer } of sampleClozeQuestions) {
      const count = eojeols.filter((eojeol) => eojeol.startsWith(answer)).length;
      expect([answer, count >= 120]).toEqual([answer, true]);
    }
  });

  test('are not in the corpus word by word', () => {
    expect(clozeSentences.size).toBe(10);
    expect(sentences.filter((sentence) => clozeSentences.has(sentence))).toEqual([]);
  });
});
