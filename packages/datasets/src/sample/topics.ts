// Everything that the sample corpus speaks about.
import type { FactTopic } from './fact-topic.ts';
import { animals } from './facts/animals.ts';
import { cities } from './facts/cities.ts';
import { countries } from './facts/countries.ts';
import { foods } from './facts/foods.ts';
import { heritage } from './facts/heritage.ts';
import { kings } from './facts/kings.ts';
import { nature } from './facts/nature.ts';
import { occupations } from './facts/occupations.ts';
import { people } from './facts/people.ts';
import { plants } from './facts/plants.ts';
import { play } from './facts/play.ts';
import { science } from './facts/science.ts';
import { seasons } from './facts/seasons.ts';
import type { Scene } from './scene.ts';
import { familyScenes } from './scenes/family-scenes.ts';
import { friendScenes } from './scenes/friend-scenes.ts';
import { outdoorScenes } from './scenes/outdoor-scenes.ts';
import { schoolScenes } from './scenes/school-scenes.ts';
import { townScenes } from './scenes/town-scenes.ts';
import { weatherScenes } from './scenes/weather-scenes.ts';

export const factTopics: readonly FactTopic[] = [
  ...[kings, people, heritage, cities, nature, countries],
  ...[foods, animals, plants, seasons, science, occupations, play],
];

export const scenes: readonly Scene[] = [
  ...schoolScenes,
  ...friendScenes,
  ...familyScenes,
  ...townScenes,
  ...outdoorScenes,
  ...weatherScenes,
];
