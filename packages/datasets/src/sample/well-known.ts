// What everybody speaks of. As in any real text a few names come up again and again; here it is decided by hand
// which they are. Documents are about them unless all entities are asked for.

/** Names of entities, all subjects of the cloze questions among them. */
export const wellKnown: ReadonlySet<string> = new Set([
  // Kings and people.
  ...['광개토 대왕', '근초고왕', '의자왕', '왕건', '이성계', '세종', '정조'],
  ...[
    '계백',
    '김유신',
    '강감찬',
    '장영실',
    '이황',
    '신사임당',
    '이순신',
    '김홍도',
    '유관순',
    '안중근',
  ],
  // Heritage, cities, nature, countries.
  ...['경복궁', '수원 화성', '석굴암', '훈민정음', '거북선', '한옥', '한복'],
  ...['서울', '부산', '인천', '대전', '경주', '전주'],
  ...['백두산', '한라산', '한강', '제주도', '독도', '동해'],
  ...['대한민국', '일본', '중국', '미국'],
  // Food, animals, plants.
  ...['배추김치', '비빔밥', '김밥', '불고기', '떡국', '송편'],
  ...['호랑이', '코끼리', '토끼', '고양이', '개', '제비', '고래', '개미'],
  ...['소나무', '무궁화', '진달래', '사과', '벼'],
  // Seasons and days, science, occupations, play.
  ...['봄', '여름', '가을', '겨울', '설날', '추석', '한글날', '눈', '비'],
  ...['지구', '달', '태양', '물', '공기', '심장'],
  ...['의사', '교사', '소방관', '농부', '요리사'],
  ...['축구', '태권도', '윷놀이', '가야금'],
]);
