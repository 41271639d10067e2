export {
  type Horoscope,
  type HoroscopeQuery,
  type HoroscopeStatement,
  horoscope,
} from './horoscope.ts';
export { parseSign } from './signs.ts';
