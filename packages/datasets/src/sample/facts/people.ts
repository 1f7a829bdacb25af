// How documents speak of the people of people-early.ts and people-late.ts.
import type { FactTopic } from '../fact-topic.ts';
import { earlyPeople } from './people-early.ts';
import { latePeople } from './people-late.ts';

export const people: FactTopic = {
  name: 'people',
  entities: [...earlyPeople, ...latePeople],
  chronological: true,
  agents: true,
  anaphor: '그',
  riddle: '{who} {role:이} 누구인지',
  group: '{era}의 인물',
  definitions: [
    '{era}의 {role}이다',
    '[{era}|{era}에] 활약한 {role}이다',
    '{who} {era}의 {role}이다',
    '{who} [{state}|{state}의] {role}이다',
    '{era}에 살았던 {role}이다',
    '{era}의 이름난 {role}이다',
    '{era}의 {role:으로} 널리 알려져 있다',
  ],
  clefts: [
    '{who} {role:은} {name}이다',
    '{who} 사람은 바로 {era}의 {name}이다',
    '{era}의 {role} 가운데 {name:이} 널리 알려져 있다',
  ],
  closings: [
    '[지금도|오늘날에도] {name}의 이야기는 [책으로|교과서에서|드라마에서] 자주 만날 수 있다',
    '{era:을} 이야기할 때 {name:은} 빠지지 않는다',
    '사람들은 {name:을} {who} {role:으로} 기억한다',
    '이처럼 {name:은} 역사에 [큰|뚜렷한] 발자취를 남겼다',
  ],
};
