// The children who recur in the everyday documents, with what stays the same about each.
import type { Slots } from './template.ts';
import { SampleError } from './errors.ts';

const columns = ['child', 'friend', 'hobby', 'food', 'dream', 'town', 'pet'] as const;

const table = `
지우 | 서연이 | 책 읽기 | 떡볶이 | 작가 | 전주 | 고양이
민준이 | 도윤이 | 축구 | 불고기 | 소방관 | 부산 | 강아지
서연이 | 지우 | 그림 그리기 | 잡채 | 화가 | 강릉 | 토끼
하준이 | 시우 | 야구 | 갈비 | 기자 | 대구 | 토끼
수아 | 은서 | 피아노 | 김밥 | 가수 | 수원 | 고양이
도윤이 | 민준이 | 태권도 | 냉면 | 경찰관 | 대전 | 강아지
은서 | 수아 | 요리 | 비빔밥 | 요리사 | 광주 | 병아리
준호 | 현수 | 별 관찰 | 칼국수 | 우주 비행사 | 춘천 | 고양이
유나 | 채원이 | 춤 | 만두 | 배우 | 인천 | 강아지
태민이 | 동하 | 농구 | 삼계탕 | 건축가 | 울산 | 햄스터
예린이 | 소라 | 바이올린 | 미역국 | 의사 | 청주 | 고양이
시우 | 하준이 | 바둑 | 김치찌개 | 프로그래머 | 서울 | 앵무새
채원이 | 유나 | 수영 | 호떡 | 수의사 | 여수 | 강아지
현수 | 준호 | 자전거 타기 | 라면 | 기관사 | 천안 | 강아지
소라 | 예린이 | 꽃 가꾸기 | 된장찌개 | 교사 | 경주 | 토끼
동하 | 태민이 | 낚시 | 순대 | 어부 | 목포 | 강아지
`;

/** The slots child, friend, hobby, food, dream, town and pet of each child. */
export const children: readonly Slots[] = table
  .trim()
  .split('\n')
  .map((line) => {
    const values = line.split(' | ');
    if (values.length !== columns.length) {
      throw new SampleError(`Cast line "${line}" needs the columns ${columns.join(', ')}.`);
    }
    return Object.fromEntries(columns.map((column, index) => [column, values[index] ?? '']));
  });

/** Grown-ups of a family, of whom the documents speak with the honorific -시-. */
export const elders = ['할머니', '할아버지', '아버지', '어머니', '삼촌', '이모', '고모'] as const;
