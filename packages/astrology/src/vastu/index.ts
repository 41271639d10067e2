export {
  analyseVastu,
  type SunBearings,
  type VastuAnalysis,
  type VastuInput,
  type VastuRule,
  vastuRules,
} from './analysis.ts';
export {
  DIRECTION_MEANINGS,
  DIRECTIONS,
  type Direction,
  type DirectionMeaning,
  parseDirection,
} from './directions.ts';
export { parseRoom } from './room-names.ts';
export { ROOM_RULES, ROOMS, type Room, type RoomRule } from './rooms.ts';
