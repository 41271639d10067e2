import type { SettleRow } from '@meridian/core/ledger';
import type { Price } from '@meridian/core/metering';
import type { Database } from '../database.ts';
import {
  createBudgetSets,
  createModels,
  createPrices,
  createSurfaces,
  type Dictionary,
} from './dictionary.ts';

/** All dictionaries of usage records. */
export interface Dictionaries {
  readonly models: Dictionary<string>;
  readonly surfaces: Dictionary<string>;
  readonly prices: Dictionary<Price>;
  readonly budgetSets: Dictionary<string>;
  /** Makes sure that every entry of the rows has a number; asks the database for new ones only. */
  learn(rows: readonly SettleRow[]): Promise<void> | undefined;
}

/** Makes the dictionaries; they fill as records come. */
export function createDictionaries(database: Database): Dictionaries {
  const models = createModels(database);
  const surfaces = createSurfaces(database);
  const prices = createPrices(database);
  const budgetSets = createBudgetSets(database);

  function isKnown({ record, budgetSet }: SettleRow): boolean {
    return (
      models.get(record.modelAsked) !== undefined &&
      models.get(record.modelUsed) !== undefined &&
      surfaces.get(record.surface) !== undefined &&
      prices.get(record.price) !== undefined &&
      (budgetSet === '' || budgetSets.get(budgetSet) !== undefined)
    );
  }

  async function learnAll(rows: readonly SettleRow[]): Promise<void> {
    await models.learn(rows.flatMap(({ record }) => [record.modelAsked, record.modelUsed]));
    await surfaces.learn(rows.map(({ record }) => record.surface));
    await prices.learn(rows.map(({ record }) => record.price));
    await budgetSets.learn(rows.map(({ budgetSet }) => budgetSet).filter((set) => set !== ''));
  }

  return {
    models,
    surfaces,
    prices,
    budgetSets,
    learn: (rows) => (rows.every(isKnown) ? undefined : learnAll(rows)),
  };
}
