import { ROOMS, type Room } from './rooms.ts';

const OTHER_NAMES: Readonly<Record<string, Room>> = {
  main_door: 'entrance',
  door: 'entrance',
  main_entrance: 'entrance',
  hall: 'living_room',
  drawing_room: 'living_room',
  lounge: 'living_room',
  family_room: 'living_room',
  dining: 'dining_room',
  main_bedroom: 'master_bedroom',
  kids_room: 'children_bedroom',
  kids_bedroom: 'children_bedroom',
  children_room: 'children_bedroom',
  guest_bedroom: 'guest_room',
  bath: 'bathroom',
  washroom: 'toilet',
  wc: 'toilet',
  restroom: 'toilet',
  pooja: 'prayer_room',
  puja: 'prayer_room',
  pooja_room: 'prayer_room',
  puja_room: 'prayer_room',
  temple: 'prayer_room',
  mandir: 'prayer_room',
  library: 'study',
  study_room: 'study',
  home_office: 'office',
  stairs: 'staircase',
  stairway: 'staircase',
  store: 'store_room',
  storeroom: 'store_room',
  storage: 'store_room',
  pantry: 'store_room',
  locker: 'safe',
  treasury: 'safe',
  parking: 'garage',
  car_park: 'garage',
  lawn: 'garden',
  terrace: 'balcony',
  verandah: 'balcony',
  veranda: 'balcony',
  well: 'water_well',
  borewell: 'water_well',
  underground_tank: 'water_well',
  water_tank: 'overhead_tank',
  cellar: 'basement',
  generator: 'electrical_room',
};

/** The room that a text names, in English or by its usual Indian name, numbered or not; undefined if unknown. */
export function parseRoom(text: string): Room | undefined {
  const key = text
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, '_')
    .replace(/_?\d+$/, '');
  return ROOMS.find((room) => room === key) ?? OTHER_NAMES[key];
}
