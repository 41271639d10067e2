/** How a transit feels. */
export type Tone = 'good' | 'plain' | 'hard';

/** What a planet stands for in a person, so that "your … turns to …" reads well. */
export const THEMES: Readonly<Record<string, string>> = {
  sun: 'Your will',
  moon: 'Your mood',
  mercury: 'Your thinking',
  venus: 'Your warmth',
  mars: 'Your drive',
  jupiter: 'Your confidence',
  saturn: 'Your sense of duty',
  uranus: 'Your wish to be free',
  neptune: 'Your imagination',
  pluto: 'Your persistence',
  north_node: 'Your appetite for the new',
  south_node: 'Your readiness to let go',
};

/** What a house is about, and what to do there on a good and on a hard day. */
export interface HouseWording {
  readonly matters: string;
  readonly good: readonly string[];
  readonly hard: readonly string[];
}

/** The houses from the first on. */
export const HOUSES: readonly HouseWording[] = [
  {
    matters: 'yourself, your body and new beginnings',
    good: ['Begin what you have put off.', 'Let others see what you want.'],
    hard: ['Take your time before you answer.', 'Rest is worth more than a point won.'],
  },
  {
    matters: 'money, food and what you say',
    good: ['Ask for what your work is worth.', 'A careful purchase pays.'],
    hard: ['Leave the purse closed until tomorrow.', 'Weigh your words at table.'],
  },
  {
    matters: 'courage, messages and brothers and sisters',
    good: ['Write the letter, make the call.', 'A short trip clears your head.'],
    hard: ['Read a message twice before you send it.', 'Do not promise what you cannot walk to.'],
  },
  {
    matters: 'home, mother and peace of mind',
    good: ['Put a room in order and enjoy it.', 'An evening with the family does you good.'],
    hard: ['Keep work out of the house.', 'Do not settle old family matters in passing.'],
  },
  {
    matters: 'children, play and what you create',
    good: ['Make something with your hands.', 'Say yes to an invitation.'],
    hard: ['Do not bet on luck.', 'Give a child or a project patience instead of advice.'],
  },
  {
    matters: 'daily work, health and rivals',
    good: ['Clear the small tasks first.', 'A new habit takes root easily.'],
    hard: ['Look after sleep and digestion.', 'Let a quarrel at work pass you by.'],
  },
  {
    matters: 'partners, contracts and meeting others',
    good: ['Make the offer you have in mind.', 'Listen, and you will be met half way.'],
    hard: ['Sign nothing in a hurry.', 'Leave the other room to be different.'],
  },
  {
    matters: 'shared money, secrets and what ends',
    good: ['Sort papers, debts and insurance.', 'A frank talk lifts a weight.'],
    hard: ['Lend nothing today that you need tomorrow.', 'Do not dig where it hurts.'],
  },
  {
    matters: 'teachers, faith and long journeys',
    good: ['Learn from someone older.', 'Plan the journey.'],
    hard: ['Do not preach.', 'Check tickets and facts twice.'],
  },
  {
    matters: 'work, standing and those above you',
    good: ['Show a finished piece of work.', 'Speak to whoever decides.'],
    hard: ['Do your part quietly.', 'Do not stake your name on a guess.'],
  },
  {
    matters: 'friends, gains and wishes',
    good: ['Ask a friend for a favour.', 'A wish is nearer than you think.'],
    hard: ['Choose whose plans you join.', 'Count gains when they have arrived.'],
  },
  {
    matters: 'retreat, sleep and spending',
    good: ['Give something away.', 'Silence brings an answer.'],
    hard: ['Go to bed early.', 'Watch what trickles away.'],
  },
];

/** How a theme acts on the matters of a house. */
export const ACTS: Readonly<Record<Tone, readonly string[]>> = {
  good: ['helps with', 'opens doors in', 'brings ease to'],
  plain: ['turns to', 'is busy with', 'dwells on'],
  hard: ['strains', 'asks for patience with', 'meets resistance in'],
};

/** How a planet stands to another. */
export const CONTACTS: Readonly<Record<string, string>> = {
  conjunction: 'joins',
  sextile: 'works hand in hand with',
  square: 'is at odds with',
  trine: 'is in easy flow with',
  opposition: 'stands across from',
  drishti: 'casts its glance on',
};

/** How a period opens, by its balance of good and hard. */
export const OPENINGS: Readonly<Record<Tone, readonly string[]>> = {
  good: ['The wind is at your back', 'More helps than hinders', 'Things fall into place'],
  plain: [
    'Light and shade keep the balance',
    'It is for you to set the course',
    'Nothing pushes, nothing blocks',
  ],
  hard: ['It takes patience', 'Go step by step', 'Save your strength'],
};

/** What a period is called in a sentence. */
export const PERIODS = { daily: 'today', weekly: 'this week', monthly: 'this month' } as const;
