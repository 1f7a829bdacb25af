// The ten fixed questions that a model trained on the sample corpus is asked. The corpus states what they
// ask for in other words, and never contains a question's own sentence.

/** A sentence with one [MASK], and the word that was there. */
export interface SampleClozeQuestion {
  readonly text: string;
  readonly answer: string;
}

/** Ten questions; each answer is one whole word, so it is one token in a vocabulary of a few thousand. */
export const sampleClozeQuestions: readonly SampleClozeQuestion[] = [
  { text: '이순신은 [MASK] 중기의 무신이다.', answer: '조선' },
  { text: '광개토 대왕은 [MASK] 제19대 임금이다.', answer: '고구려의' },
  { text: '왕건은 918년에 [MASK] 왕조를 세웠다.', answer: '고려' },
  { text: '장영실은 조선 [MASK] 때의 과학자이다.', answer: '세종' },
  { text: '계백은 황산벌에서 싸운 [MASK] 말의 장군이다.', answer: '백제' },
  { text: '부산은 우리나라에서 이름난 [MASK] 도시이다.', answer: '항구' },
  { text: '한라산은 [MASK] 한가운데에 솟아 있다.', answer: '제주도' },
  { text: '설날 아침에는 [MASK] 한 그릇을 먹는다.', answer: '떡국' },
  { text: '지구는 [MASK] 둘레를 돈다.', answer: '태양' },
  { text: '한강은 [MASK] 한가운데를 지나 서해로 흐른다.', answer: '서울' },
];

/** What the questions are about: these entities come up more often than others. */
export const clozeSubjects: ReadonlySet<string> = new Set([
  ...['이순신', '광개토 대왕', '왕건', '장영실', '계백', '부산', '한라산', '제주도'],
  ...['설날', '떡국', '지구', '한강', '서울'],
]);

/** The questions with their answers filled in. */
export const clozeSentences: ReadonlySet<string> = new Set(
  sampleClozeQuestions.map(({ text, answer }) => text.replace('[MASK]', answer)),
);
